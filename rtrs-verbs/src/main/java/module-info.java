/**
 * DiSNI's API over providers of our own, and the few types that RTRS needs beyond it.
 *
 * <p>The only module of the project that uses native access.
 */
@org.jspecify.annotations.NullMarked
module io.rtrs.verbs {
    requires static org.jspecify;
    requires transitive disni;
    requires org.slf4j;
    requires jdk.net;

    exports io.rtrs.verbs;
    exports io.rtrs.verbs.inprocess; // for tests: its live objects and its faults

    uses io.rtrs.verbs.VerbsProvider;

    provides io.rtrs.verbs.VerbsProvider with
            io.rtrs.verbs.ibverbs.IbverbsProvider,
            io.rtrs.verbs.inprocess.InProcessProvider,
            io.rtrs.verbs.softroce.driver.SoftRoceProvider;
}
