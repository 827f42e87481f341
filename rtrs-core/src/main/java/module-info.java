/** The RTRS protocol. */
@org.jspecify.annotations.NullMarked
module io.rtrs.core {
    requires static org.jspecify;
    requires transitive io.rtrs.verbs;
    requires transitive java.management;
    requires jdk.jfr;
    requires org.slf4j;

    exports io.rtrs.core;
    exports io.rtrs.core.connection;
    exports io.rtrs.core.driver;
    exports io.rtrs.core.error;
    exports io.rtrs.core.events;
    exports io.rtrs.core.imm;
    exports io.rtrs.core.management;
    exports io.rtrs.core.memory;
    exports io.rtrs.core.path;
    exports io.rtrs.core.state;
    exports io.rtrs.core.stats;
    exports io.rtrs.core.wire;
    exports io.rtrs.core.work;
}
