package io.ashlar.cli.killtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KillModelTest {
    private static final String ID = "x00112233445566778899aabbccddeeff";

    private final KillModel model = new KillModel();

    private void hear(String... lines) {
        for (String line : lines) {
            assertThat(model.hear(line)).isNull();
        }
    }

    private void expect(int key, long atLeast, long atMost) {
        assertThat(model.content(key).atLeast()).isEqualTo(atLeast);
        assertThat(model.content(key).atMost()).isEqualTo(atMost);
    }

    @Test
    void shouldDemandWhatWasAcknowledgedAndAllowWhatWasNot() {
        hear("begin 1 PUT false 7 -", "done 1 " + ID, "begin 2 PUT false 7 -", "begin 3 RELEASE false 7 -");
        model.crash();
        expect(7, 0, 2);
        model.content(7).found(2);
        expect(7, 2, 2);
    }

    @Test
    void shouldDemandABufferedPutOnlyOnceALaterOneIsDurable() {
        hear("begin 1 PUT true 1 -", "begin 2 PUT false 2 -", "done 1 " + ID, "done 2 " + ID);
        hear("begin 3 PUT true 3 -", "done 3 " + ID, "begin 4 PUT false 4 -", "begin 5 PUT true 5 -");
        hear("done 5 " + ID, "done 4 " + ID);
        model.crash();
        expect(1, 1, 1);
        expect(2, 1, 1);
        expect(3, 1, 1);
        expect(5, 0, 1);
    }

    @Test
    void shouldLeaveABufferedPutOpenWhenNothingDurableBeganAfterIt() {
        hear("begin 2 PUT false 2 -", "begin 1 PUT true 1 -", "done 1 " + ID, "done 2 " + ID);
        model.crash();
        expect(1, 0, 1);
    }

    @Test
    void shouldAllowANameOnlyItsOldAndItsNewTarget() {
        hear("begin 1 BIND false 1 n", "done 1 " + ID, "begin 2 BIND false 2 n");
        model.crash();
        assertThat(model.names().get("n")).containsExactlyInAnyOrder(1, 2);
        hear("begin 1 UNBIND false -1 n");
        model.crash();
        assertThat(model.names().get("n")).containsExactlyInAnyOrder(1, 2, KillModel.NOTHING);
    }

    @Test
    void shouldTakeWhatItDoesNotUnderstandForAViolation() {
        assertThat(model.hear("failed java.lang.IllegalStateException")).contains("failed");
    }
}
