package io.ashlar.formal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlaValueTest {
    @Test
    void shouldReadAtoms() {
        assertThat(TlaValue.parse("12")).isEqualTo(12);
        assertThat(TlaValue.parse("-3")).isEqualTo(-3);
        assertThat(TlaValue.parse("TRUE")).isEqualTo(true);
        assertThat(TlaValue.parse("FALSE")).isEqualTo(false);
        assertThat(TlaValue.parse("m_1")).isEqualTo(new TlaValue.Model("m_1"));
        assertThat(TlaValue.parse("\"m_1\"")).isEqualTo("m_1");
        assertThat(TlaValue.parse("\" a\\\"b\\\\c \"")).isEqualTo(" a\"b\\c ");
        assertThat(TlaValue.parse("\"\"")).isEqualTo("");
    }

    @Test
    void shouldReadStructures() {
        assertThat(TlaValue.parse("<<1, <<>>, {}>>")).isEqualTo(List.of(1, List.of(), Set.of()));
        assertThat(TlaValue.parse("[a |-> 1, b |-> {2, 3}]")).isEqualTo(Map.of("a", 1, "b", Set.of(3, 2)));
        assertThat(TlaValue.parse("(3 :> x @@ 5 :> \"y\")")).isEqualTo(Map.of(3, new TlaValue.Model("x"), 5, "y"));
        assertThat(TlaValue.parse("(<<1, 2>> :> (a :> b))"))
                .isEqualTo(Map.of(List.of(1, 2), Map.of(new TlaValue.Model("a"), new TlaValue.Model("b"))));
        assertThat(TlaValue.parse("2..4")).isEqualTo(Set.of(2, 3, 4));
        assertThat(TlaValue.parse("-1..0")).isEqualTo(Set.of(-1, 0));
        assertThat(TlaValue.parse("<< (3 :> 1),\n   {4} >>")).isEqualTo(List.of(Map.of(3, 1), Set.of(4)));
    }

    @Test
    void shouldReadAState() {
        assertThat(TlaValue.parseState("/\\ a = 1\n/\\ b = << {x},\n   {} >>\n/\\ c = \"\""))
                .isEqualTo(Map.of("a", 1, "b", List.of(Set.of(new TlaValue.Model("x")), Set.of()), "c", ""));
        assertThat(TlaValue.parseState("only = {}")).isEqualTo(Map.of("only", Set.of()));
    }

    @Test
    void shouldWriteEqualValuesAlike() {
        assertThat(TlaValue.canonical(TlaValue.parse("[b |-> {3, 2}, a |-> <<x, \"x\">>]")))
                .isEqualTo(TlaValue.canonical(TlaValue.parse("(\"a\" :> <<x, \"x\">> @@ \"b\" :> 2..3)")))
                .isEqualTo("[\"a\":<<x,\"x\">>,\"b\":{2,3}]");
        assertThat(TlaValue.canonical(TlaValue.parse("<<TRUE, {}, \"a\\\"b\">>")))
                .isEqualTo("<<true,{},\"a\\\"b\">>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<<1", "{1 2}", "[a -> 1]", "(1 :> 2", "\"a", "1 2", "1..x", "12345678901"})
    void shouldRefuseWhatIsNoValue(String text) {
        assertThatThrownBy(() -> TlaValue.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
