/**
 * DiSNI's API over providers of our own, the few types that RTRS needs beyond it, and the provider {@code ibverbs}.
 *
 * <p>The only module of the project that uses native access; those in software have theirs through it.
 */
@org.jspecify.annotations.NullMarked
module io.rtrs.verbs {
    requires static org.jspecify;
    requires transitive disni;

    exports io.rtrs.verbs;
    exports io.rtrs.verbs.libc to
            io.rtrs.soft;
    exports io.rtrs.verbs.memory to
            io.rtrs.soft;

    uses io.rtrs.verbs.VerbsProvider;

    provides io.rtrs.verbs.VerbsProvider with
            io.rtrs.verbs.ibverbs.IbverbsProvider;
}
