package io.ashlar;

/** How the pages of extents are encrypted. */
public enum Encryption {
    /** Not at all. */
    NONE,
    /** Each extent under a key of its own, by a salt drawn at random: nobody can tell whether two hold the same. */
    RANDOM,
    /**
     * Each extent under a key of its own, by a salt that follows from key and content: equal content has equal images, as long as key,
     * codec and the codec's version are the same. So whoever sees the images can tell which ones are equal, no more.
     */
    CONVERGENT
}
