package io.ashlar.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ashlar.ExtentId;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExtentObjectNameTest {
    private static final String DIGEST = "99aa06d3014798d86001c324468d497f";

    @Test
    void shouldWriteNamesThatBackendsTake() {
        ExtentId id = ExtentId.parse("x" + DIGEST + ".17");
        assertThat(ObjectName.of(ExtentKind.DATA, id, 42, 15))
                .isEqualTo("e-x" + DIGEST + "-11-0000002a-000000000000000f");
        ExtentId keyed = ExtentId.parse("h" + DIGEST + DIGEST);
        assertThat(keyed.hash()).isEqualTo(ExtentId.Hash.HMAC_SHA_256);
        assertThat(ObjectName.of(ExtentKind.DATA, keyed, 42, 15))
                .isEqualTo("e-h" + DIGEST + DIGEST + "-00-0000002a-000000000000000f");
        assertThat(ObjectName.of(ExtentKind.MANIFEST, id, 0, 0)).startsWith("m-");
        assertThat(ObjectName.of(ExtentKind.TABLE, id, 0, 0)).startsWith("t-");
    }

    @Test
    void shouldReadBackEveryName() {
        SplittableRandom random = new SplittableRandom(71);
        for (int round = 0; round < 2000; round++) {
            ExtentId.Hash hash = ExtentId.Hash.ofCode(1 + random.nextInt(3));
            ExtentId id = ExtentId.of(hash, ExtentTesting.randomBytes(random, hash.bytes()), random.nextInt(256));
            ObjectName name = new ObjectName(
                    ExtentKind.ofCode(1 + random.nextInt(5)),
                    id,
                    random.nextInt(Integer.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE));
            assertThat(name.toString()).matches("[a-z0-9][a-z0-9._-]{0,199}");
            assertThat(ObjectName.parse(name.toString())).contains(name);
        }
    }

    @Test
    void shouldKnowForeignNames() {
        String good = "e-x" + DIGEST + "-11-0000002a-000000000000000f";
        assertThat(ObjectName.parse(good)).isPresent();
        for (String foreign : new String[] {
            "",
            "e",
            "readme.txt",
            good + "0",
            good + "\n",
            " " + good,
            good.substring(1),
            good.toUpperCase(Locale.ROOT),
            good.replace("e-x", "q-x"),
            good.replace("e-x", "e-s"),
            good.replace("e-x", "e-"),
            good.replace("-11-", "-1-"),
            good.replace("2a", "2A"),
            good.replace("-0000002a", "-8000002a"),
            good.replace("-000000000000000f", "-f00000000000000f"),
            "shard-" + good
        }) {
            assertThat(ObjectName.parse(foreign)).as(foreign).isEmpty();
        }
        ExtentId id = ExtentId.parse("x" + DIGEST);
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectName.of(ExtentKind.DATA, id, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectName.of(ExtentKind.DATA, id, 0, -1));
    }
}
