package io.ashlar.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Encryption;
import io.ashlar.PolicyNotFoundException;
import io.ashlar.Redundancy;
import io.ashlar.StoragePolicy;
import io.ashlar.format.PolicyLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PolicyTableTest {
    private static final StoragePolicy LZ4 = StoragePolicy.INHERITED.withCodec("lz4");
    private static final StoragePolicy ZSTD = StoragePolicy.INHERITED.withCodec("zstd");

    private final PolicyTable initial = PolicyTable.of(new TreeMap<>(), new TreeMap<>());

    private static int codec(String name) {
        return List.of("none", "lz4", "zstd").indexOf(name);
    }

    private static int domain(PolicyTable table, String name) {
        return table.policy(name).domain();
    }

    @Test
    void shouldBeginWithTheStoresOwn() {
        assertThat(initial.policies()).containsOnlyKeys("");
        assertThat(domain(initial, "")).isZero();
        assertThat(initial.effective("")).isEqualTo(StoragePolicy.INHERITED);
        assertThat(initial.domains()).containsExactly(Map.entry(0, new Domain(Attributes.PLAIN, Domain.NO_HEIR)));
        assertThatThrownBy(() -> initial.policy("a")).isInstanceOf(PolicyNotFoundException.class);
    }

    @Test
    void shouldInheritFromTheNearestAbove() {
        PolicyTable table = initial.with("a/b/c", StoragePolicy.INHERITED.withTenant("t"), PolicyTableTest::codec)
                .with("a", LZ4.withEncryption(Encryption.RANDOM), PolicyTableTest::codec)
                .with("", ZSTD.withRedundancy(Redundancy.of(4, 2)), PolicyTableTest::codec);
        assertThat(table.effective("a/b/c"))
                .isEqualTo(new StoragePolicy("lz4", Encryption.RANDOM, Redundancy.of(4, 2), "t"));
        assertThat(table.domains().get(domain(table, "a/b/c")).attributes())
                .isEqualTo(new Attributes(1, Encryption.RANDOM, Redundancy.of(4, 2), "t"));
        assertThat(table.domains().get(domain(table, "")).attributes())
                .isEqualTo(new Attributes(2, Encryption.NONE, Redundancy.of(4, 2), ""));
    }

    @Test
    void shouldGiveEqualAttributesOneDomain() {
        PolicyTable table = initial.with("a", LZ4, PolicyTableTest::codec)
                .with("b", LZ4, PolicyTableTest::codec)
                .with("c", LZ4.withTenant("c"), PolicyTableTest::codec);
        assertThat(domain(table, "a")).isEqualTo(domain(table, "b")).isNotZero();
        assertThat(domain(table, "c")).isNotEqualTo(domain(table, "a"));
        assertThat(domain(initial.with("n", StoragePolicy.INHERITED.withCodec("none"), PolicyTableTest::codec), "n"))
                .isZero();
    }

    @Test
    void shouldLetADomainHaveAnHeirWhenTheLastPolicyLeavesIt() {
        PolicyTable both = initial.with("a", LZ4, PolicyTableTest::codec).with("b", LZ4, PolicyTableTest::codec);
        int shared = domain(both, "a");
        PolicyTable one = both.with("a", ZSTD, PolicyTableTest::codec);
        assertThat(one.target(shared)).as("b is there still").isEqualTo(shared);
        PolicyTable none = one.with("b", LZ4.withTenant("x"), PolicyTableTest::codec);
        assertThat(none.target(shared)).isEqualTo(domain(none, "b"));
        PolicyTable moved = none.with("b", ZSTD.withTenant("y"), PolicyTableTest::codec);
        assertThat(moved.target(shared)).as("an heir of the heir").isEqualTo(domain(moved, "b"));
        PolicyTable back = moved.with("b", LZ4, PolicyTableTest::codec);
        assertThat(domain(back, "b")).isEqualTo(shared);
        assertThat(back.target(shared)).isEqualTo(shared);
        assertThat(back.target(domain(moved, "b"))).isEqualTo(shared);
    }

    @Test
    void shouldLeaveWhatARemovedPolicyHadToTheOneAbove() {
        PolicyTable table = initial.with("a", LZ4, PolicyTableTest::codec).with("a/b", ZSTD, PolicyTableTest::codec);
        int orphaned = domain(table, "a/b");
        PolicyTable after = table.with("a/b", null, PolicyTableTest::codec);
        assertThat(after.policies()).containsOnlyKeys("", "a");
        assertThat(after.target(orphaned)).isEqualTo(domain(after, "a"));
        PolicyTable bare = after.with("a", null, PolicyTableTest::codec);
        assertThat(bare.target(orphaned)).isZero();
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> initial.with("", null, PolicyTableTest::codec));
        for (String name :
                new String[] {"/", "a/", "/a", "a//b", "a\n", "a/b/c/d/e/f/g/h/i", "x".repeat(129), "\ud800"}) {
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(() -> initial.with(name, LZ4, PolicyTableTest::codec));
        }
        PolicyTable full = initial;
        for (int i = 1; i < PolicyLayout.MAX_POLICIES; i++) {
            full = full.with("p" + i, LZ4, PolicyTableTest::codec);
        }
        PolicyTable most = full;
        assertThatIllegalArgumentException().isThrownBy(() -> most.with("more", LZ4, PolicyTableTest::codec));
        assertThat(most.with("p1", ZSTD, PolicyTableTest::codec).policies()).hasSize(PolicyLayout.MAX_POLICIES);
    }

    @Test
    void shouldRefuseMoreDomainsThanNumbers() {
        PolicyTable table = initial;
        for (int i = 1; i < PolicyLayout.MAX_DOMAINS; i++) {
            table = table.with("", StoragePolicy.INHERITED.withTenant("t" + i), PolicyTableTest::codec);
        }
        PolicyTable most = table;
        assertThat(most.target(0)).isEqualTo(PolicyLayout.MAX_DOMAINS - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> most.with("", LZ4, PolicyTableTest::codec));
        assertThat(domain(most.with("", StoragePolicy.INHERITED.withTenant("t5"), PolicyTableTest::codec), ""))
                .isEqualTo(5);
    }

    /** Whatever changes: a domain with a policy has no heir, and every other leads to one that has a policy. */
    @Test
    void shouldAlwaysLeadToADomainWithAPolicy() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PolicyTable table = initial;
            for (int step = 0; step < 40; step++) {
                String name = List.of("", "a", "a/b", "b", "b/c/d").get(random.nextInt(5));
                StoragePolicy policy = name.isEmpty() || random.nextInt(5) > 0 ? draw(random) : null;
                table = table.with(name, policy, PolicyTableTest::codec);
                TreeSet<Integer> used = new TreeSet<>();
                table.policies().values().forEach(each -> used.add(each.domain()));
                for (int number : table.domains().keySet()) {
                    assertThat(used).as("seed %s, domain %s", seed, number).contains(table.target(number));
                    assertThat(table.target(number) == number).isEqualTo(used.contains(number));
                }
            }
        }
    }

    private static StoragePolicy draw(SplittableRandom random) {
        return new StoragePolicy(
                List.of("none", "lz4", "zstd").get(random.nextInt(3)),
                random.nextBoolean() ? null : List.of(Encryption.values()).get(random.nextInt(3)),
                random.nextBoolean() ? null : Redundancy.copies(1 + random.nextInt(3)),
                random.nextBoolean() ? null : "t" + random.nextInt(2));
    }

    @Test
    void shouldKeepItsBytes() {
        Policy policy = new Policy(new StoragePolicy("lz4", Encryption.CONVERGENT, Redundancy.of(4, 2), "né"), 258);
        assertThat(HexFormat.of().formatHex(PolicyCodec.encode(policy))).isEqualTo("02010f036c7a3402040205036ec3a9");
        assertThat(PolicyCodec.decodePolicy(PolicyCodec.encode(policy))).isEqualTo(policy);
        Policy silent = new Policy(StoragePolicy.INHERITED, 0);
        assertThat(HexFormat.of().formatHex(PolicyCodec.encode(silent))).isEqualTo("000000");
        assertThat(PolicyCodec.decodePolicy(PolicyCodec.encode(silent))).isEqualTo(silent);
        Domain domain = new Domain(new Attributes(2, Encryption.RANDOM, Redundancy.of(4, 2), "x"), 3);
        assertThat(HexFormat.of().formatHex(PolicyCodec.encode(domain))).isEqualTo("0300020104040205" + "0178");
        assertThat(PolicyCodec.decodeDomain(PolicyCodec.encode(domain))).isEqualTo(domain);
        Domain plain = new Domain(Attributes.PLAIN, Domain.NO_HEIR);
        assertThat(HexFormat.of().formatHex(PolicyCodec.encode(plain))).isEqualTo("ffff00000000");
        assertThat(PolicyCodec.decodeDomain(PolicyCodec.encode(plain))).isEqualTo(plain);
    }

    @Test
    void shouldRefuseBytesThatAreNone() {
        byte[] policy = PolicyCodec.encode(
                new Policy(new StoragePolicy("lz4", Encryption.CONVERGENT, Redundancy.of(4, 2), "x"), 1));
        byte[] domain =
                PolicyCodec.encode(new Domain(new Attributes(2, Encryption.RANDOM, Redundancy.of(4, 2), "x"), 3));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 2000; i++) {
            byte[] spoilt = random.nextBoolean() ? policy.clone() : domain.clone();
            spoilt = random.nextInt(4) == 0 ? Arrays.copyOf(spoilt, random.nextInt(20)) : spoilt;
            if (spoilt.length > 0) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            }
            byte[] bytes = spoilt;
            try {
                PolicyCodec.decodePolicy(bytes);
            } catch (IllegalArgumentException e) {
                // As it should be; anything else is not.
            }
            try {
                PolicyCodec.decodeDomain(bytes);
            } catch (IllegalArgumentException e) {
                // Likewise.
            }
        }
    }
}
