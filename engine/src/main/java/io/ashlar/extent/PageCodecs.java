package io.ashlar.extent;

import io.ashlar.UnsupportedFormatException;
import io.ashlar.format.ExtentLayout;
import io.ashlar.spi.PageCodec;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The codecs that there are, by number and by name; {@code none} is always among them. Immutable. */
public final class PageCodecs {
    private static final int CODES = 256;

    /** Knows no codec but {@code none}. */
    public static final PageCodecs NONE = of();

    private static volatile @Nullable PageCodecs installed;

    private final PageCodec[] byCode;

    private PageCodecs(PageCodec[] byCode) {
        this.byCode = byCode;
    }

    /**
     * Puts codecs together.
     *
     * @param codecs all but {@code none}
     * @return them
     * @throws IllegalArgumentException if two have one number or one name, or a number is not one that codecs have
     */
    public static PageCodecs of(PageCodec... codecs) {
        PageCodec[] byCode = new PageCodec[CODES];
        byCode[ExtentLayout.CODEC_NONE] = NoCodec.INSTANCE;
        for (PageCodec codec : codecs) {
            if (codec.code() <= ExtentLayout.CODEC_NONE || codec.code() >= CODES) {
                throw new IllegalArgumentException(
                        describe(codec) + ": a codec has a number from 1 to 255, not " + codec.code());
            }
            for (PageCodec other : byCode) {
                if (other != null
                        && (other.code() == codec.code() || other.name().equals(codec.name()))) {
                    throw new IllegalArgumentException(describe(codec) + " and " + describe(other)
                            + " have one number or one name: leave one of them out of the class path");
                }
            }
            byCode[codec.code()] = codec;
        }
        return new PageCodecs(byCode);
    }

    /**
     * Finds the codecs on the class path, which takes longer than opening a store: once.
     *
     * @return them
     * @throws IllegalArgumentException if two have one number or one name
     * @throws java.util.ServiceConfigurationError if one is listed but cannot be made
     */
    public static PageCodecs installed() {
        PageCodecs known = installed;
        if (known == null) {
            known = look();
            installed = known;
        }
        return known;
    }

    private static PageCodecs look() {
        return of(ServiceLoader.load(PageCodec.class, PageCodec.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toArray(PageCodec[]::new));
    }

    /**
     * Finds a codec by its name.
     *
     * @param name such as {@code none} or {@code lz4}
     * @return the codec
     * @throws IllegalArgumentException if there is none of that name; the message says which there are
     */
    public PageCodec named(String name) {
        for (PageCodec codec : byCode) {
            if (codec != null && codec.name().equals(name)) {
                return codec;
            }
        }
        throw new IllegalArgumentException(
                "there is no codec '" + name + "', only " + this + ": add the module that has it to the class path");
    }

    /**
     * Finds a codec by its number.
     *
     * @param code the number in a file
     * @return the codec; empty if there is none of that number
     */
    public Optional<PageCodec> ofCode(int code) {
        return code < 0 || code >= CODES ? Optional.empty() : Optional.ofNullable(byCode[code]);
    }

    /** The codec of an extent's header. */
    PageCodec expect(int code, Where where) throws UnsupportedFormatException {
        return ofCode(code).orElseThrow(() -> where.unsupportedCodec(code, toString()));
    }

    /** The names of all, by number. */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(", ");
        Arrays.stream(byCode).forEach(codec -> {
            if (codec != null) {
                names.add(codec.name());
            }
        });
        return names.toString();
    }

    private static String describe(PageCodec codec) {
        return "codec " + codec.code() + " '" + codec.name() + "' ("
                + codec.getClass().getName() + ")";
    }
}
