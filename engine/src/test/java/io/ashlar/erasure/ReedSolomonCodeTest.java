package io.ashlar.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.backblaze.erasure.ReedSolomon;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReedSolomonCodeTest {
    private final Random random = new Random(7);
    private final ShardCoder coder = new ShardCoder(PlainKernels.INSTANCE);

    @Test
    void shouldMakeTheParityOfBackblazeForEveryShape() {
        for (int dataShards = 1; dataShards <= 20; dataShards++) {
            for (int parityShards = 1; parityShards <= 6; parityShards++) {
                byte[][] expected = encodedByBackblaze(dataShards, parityShards, 131);
                byte[][] data = Arrays.copyOf(expected, dataShards);
                byte[][] parity = new byte[parityShards][131];

                coder.code(new ReedSolomonCode(dataShards, parityShards).parityPlan(), data, parity, 0, 131);

                assertThat(parity).isDeepEqualTo(Arrays.copyOfRange(expected, dataShards, expected.length));
            }
        }
    }

    @Test
    void shouldUseTheWholeField() {
        byte[][] expected = encodedByBackblaze(200, 56, 17);
        byte[][] parity = new byte[56][17];

        coder.code(new ReedSolomonCode(200, 56).parityPlan(), Arrays.copyOf(expected, 200), parity, 0, 17);

        assertThat(parity).isDeepEqualTo(Arrays.copyOfRange(expected, 200, 256));
    }

    /** Every choice of shards that are left, for every number of lost ones. */
    @Test
    void shouldRebuildWhateverIsLostOfWhateverIsLeft() {
        ReedSolomonCode code = new ReedSolomonCode(4, 3);
        byte[][] all = encodedByBackblaze(4, 3, 70);
        for (int left = 0; left < 1 << 7; left++) {
            if (Integer.bitCount(left) == 4) {
                int[] sources = members(left);
                int[] wanted = members(~left & 0x7F);
                byte[][] made = new byte[wanted.length][70];

                coder.code(code.rebuildPlan(sources, wanted), pick(all, sources), made, 0, 70);

                assertThat(made).as(Arrays.toString(wanted)).isDeepEqualTo(pick(all, wanted));
            }
        }
    }

    @Test
    void shouldMakeThoseThatAreWantedInTheOrderInWhichTheyAre() {
        byte[][] all = encodedByBackblaze(5, 3, 64);
        int[] wanted = {7, 0};
        byte[][] made = new byte[2][64];

        CodingPlan plan = new ReedSolomonCode(5, 3).rebuildPlan(new int[] {1, 2, 3, 5, 6}, wanted);
        coder.code(plan, pick(all, 1, 2, 3, 5, 6), made, 0, 64);

        assertThat(made).isDeepEqualTo(pick(all, wanted));
        assertThat(plan.wanted(0)).isEqualTo(7);
        assertThat(plan.source(3)).isEqualTo(5);
        assertThat(plan).hasToString("shards [7, 0] of [1, 2, 3, 5, 6]");
    }

    @Test
    void shouldWriteOnlyTheRangeThatWasAskedFor() {
        byte[][] expected = encodedByBackblaze(6, 3, 5_000);
        byte[][] parity = new byte[3][5_000];
        for (byte[] shard : parity) {
            Arrays.fill(shard, (byte) 0x5A);
        }

        coder.code(new ReedSolomonCode(6, 3).parityPlan(), Arrays.copyOf(expected, 6), parity, 1_003, 2_113);

        for (int i = 0; i < 3; i++) {
            for (int at = 0; at < 5_000; at++) {
                boolean inside = at >= 1_003 && at < 1_003 + 2_113;
                assertThat(parity[i][at]).isEqualTo(inside ? expected[6 + i][at] : (byte) 0x5A);
            }
        }
    }

    @Test
    void shouldTakeBuffersOfEveryKindAtAnyPosition() {
        int length = 100_001;
        byte[][] all = encodedByBackblaze(3, 2, length);
        ByteBuffer[] data = {
            ByteBuffer.allocateDirect(length + 5).position(5).put(all[0]).position(5),
            ByteBuffer.wrap(all[1]).asReadOnlyBuffer(),
            ByteBuffer.allocate(length + 9).position(7).slice().put(all[2]).flip()
        };
        ByteBuffer[] parity = {
            ByteBuffer.allocateDirect(length), ByteBuffer.allocate(length + 3).position(3)
        };

        coder.code(new ReedSolomonCode(3, 2).parityPlan(), data, parity);

        assertThat(parity[0]).isEqualTo(ByteBuffer.wrap(all[3]));
        assertThat(parity[1]).isEqualTo(ByteBuffer.wrap(all[4]));
        assertThat(data[0].position()).isEqualTo(5);
        assertThat(data[1].remaining()).isEqualTo(length);
    }

    @Test
    void shouldTakeArraysWithOneOffsetAsTheyAre() {
        byte[][] all = encodedByBackblaze(3, 2, 300);
        ByteBuffer[] shards = new ByteBuffer[5];
        for (int i = 0; i < 5; i++) {
            shards[i] = ByteBuffer.allocate(320).position(11).slice(0, 300);
            if (i < 3) {
                shards[i].put(0, all[i]);
            }
        }

        coder.code(new ReedSolomonCode(3, 2).parityPlan(), Arrays.copyOf(shards, 3), Arrays.copyOfRange(shards, 3, 5));

        assertThat(shards[3]).isEqualTo(ByteBuffer.wrap(all[3]));
        assertThat(shards[4]).isEqualTo(ByteBuffer.wrap(all[4]));
    }

    @Test
    void shouldServeASmallCodeAfterALargeOneAndTheOtherWayRound() {
        for (int dataShards : new int[] {17, 2, 30, 4}) {
            byte[][] all = encodedByBackblaze(dataShards, 3, 9_000);
            ByteBuffer[] data = new ByteBuffer[dataShards];
            Arrays.setAll(data, i -> ByteBuffer.wrap(all[i]).asReadOnlyBuffer());
            ByteBuffer[] parity = new ByteBuffer[3];
            Arrays.setAll(parity, i -> ByteBuffer.allocateDirect(9_000));

            coder.code(new ReedSolomonCode(dataShards, 3).parityPlan(), data, parity);

            for (int i = 0; i < 3; i++) {
                assertThat(parity[i]).isEqualTo(ByteBuffer.wrap(all[dataShards + i]));
            }
        }
    }

    @Test
    void shouldFindAPlanAgain() {
        ReedSolomonCode code = new ReedSolomonCode(2, 2);

        CodingPlan plan = code.rebuildPlan(new int[] {0, 3}, new int[] {1});

        assertThat(code.rebuildPlan(new int[] {0, 3}, new int[] {1})).isSameAs(plan);
        assertThat(code.rebuildPlan(new int[] {0, 3}, new int[] {2})).isNotSameAs(plan);
        assertThat(code.rebuildPlan(new int[] {0, 3}, new int[] {1, 2}).wantedCount())
                .isEqualTo(2);
    }

    @Test
    void shouldNotLetTheCallersArraysIntoThePlan() {
        ReedSolomonCode code = new ReedSolomonCode(2, 2);
        int[] sources = {0, 3};
        CodingPlan plan = code.rebuildPlan(sources, new int[] {1});

        sources[0] = 1;

        assertThat(plan.source(0)).isZero();
    }

    @Test
    void shouldRefuseCodesThatCannotBe() {
        for (int[] shape : new int[][] {{0, 1}, {1, 0}, {-1, 3}, {255, 2}, {Integer.MAX_VALUE, Integer.MAX_VALUE}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ReedSolomonCode(shape[0], shape[1]));
        }
        assertThat(new ReedSolomonCode(255, 1).shards()).isEqualTo(256);
    }

    @Test
    void shouldRefusePlansThatCannotBe() {
        ReedSolomonCode code = new ReedSolomonCode(3, 2);
        int[][][] impossible = {
            {{0, 1}, {2}},
            {{0, 1, 2, 3}, {4}},
            {{1, 0, 2}, {3}},
            {{0, 0, 2}, {3}},
            {{0, 1, 5}, {3}},
            {{-1, 1, 2}, {3}},
            {{0, 1, 2}, {2}},
            {{0, 1, 2}, {3, 3}},
            {{0, 1, 2}, {5}},
            {{0, 1, 2}, {-1}},
            {{0, 1, 2}, {}},
        };
        for (int[][] plan : impossible) {
            assertThatIllegalArgumentException()
                    .as(Arrays.deepToString(plan))
                    .isThrownBy(() -> code.rebuildPlan(plan[0], plan[1]));
        }
    }

    @Test
    void shouldWriteNothingIfAnArgumentIsWrong() {
        CodingPlan plan = new ReedSolomonCode(2, 2).parityPlan();
        byte[][] data = encodedByBackblaze(2, 2, 10);
        byte[][] parity = {new byte[10], new byte[9]};
        byte[][] two = {data[0], data[1]};

        assertThatThrownBy(() -> coder.code(plan, two, parity, 0, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> coder.code(plan, two, parity, -1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> coder.code(plan, two, parity, 5, Integer.MAX_VALUE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> coder.code(plan, data, parity, 0, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> coder.code(plan, buffers(two), buffers(parity)));
        ByteBuffer[] readOnly = {
            ByteBuffer.wrap(parity[0]), ByteBuffer.allocate(10).asReadOnlyBuffer()
        };
        assertThatIllegalArgumentException().isThrownBy(() -> coder.code(plan, buffers(two), readOnly));
        assertThat(parity).isDeepEqualTo(new byte[][] {new byte[10], new byte[9]});
    }

    @Test
    void shouldDoNothingForAnEmptyRange() {
        byte[][] parity = {new byte[4], new byte[4]};

        coder.code(new ReedSolomonCode(2, 2).parityPlan(), new byte[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}, parity, 4, 0);

        assertThat(parity).isDeepEqualTo(new byte[2][4]);
    }

    private byte[][] encodedByBackblaze(int dataShards, int parityShards, int bytes) {
        byte[][] shards = new byte[dataShards + parityShards][bytes];
        for (int i = 0; i < dataShards; i++) {
            random.nextBytes(shards[i]);
        }
        ReedSolomon.create(dataShards, parityShards).encodeParity(shards, 0, bytes);
        return shards;
    }

    private static ByteBuffer[] buffers(byte[][] shards) {
        return Arrays.stream(shards).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
    }

    private static byte[][] pick(byte[][] shards, int... numbers) {
        return Arrays.stream(numbers).mapToObj(number -> shards[number]).toArray(byte[][]::new);
    }

    private static int[] members(int set) {
        return java.util.stream.IntStream.range(0, 32)
                .filter(i -> (set >> i & 1) != 0)
                .toArray();
    }
}
