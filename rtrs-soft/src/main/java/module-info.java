/**
 * Providers of {@code io.rtrs.verbs} in software, and the toolkit that they stand on.
 *
 * <p>Whoever has it on the module path finds them by {@link io.rtrs.verbs.VerbsProviders}; nobody has to require it.
 */
@org.jspecify.annotations.NullMarked
module io.rtrs.soft {
    requires static org.jspecify;
    requires transitive disni;
    requires transitive io.rtrs.verbs;
    requires jdk.net;
    requires org.slf4j;

    exports io.rtrs.soft.inprocess; // for tests: its live objects and its faults

    provides io.rtrs.verbs.VerbsProvider with
            io.rtrs.soft.inprocess.InProcessProvider,
            io.rtrs.soft.iwarp.driver.SoftIwarpProvider,
            io.rtrs.soft.roce.driver.SoftRoceProvider;
}
