package io.rtrs.soft.roce.rc;

import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;

/** A connection between A and B, of which a test plays a part by hand. */
abstract class Scene {
    static final int MTU = 256;

    Connection c = connection(new Connection.Setup());

    static Connection connection(Connection.Setup setup) {
        try {
            return setup.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() {
        use(new Connection.Setup());
    }

    void use(Connection.Setup setup) {
        c = connection(setup);
    }

    /** What was said since the last call. */
    String[] said() {
        String[] lines = c.trace.stream().map(line -> line.substring(2)).toArray(String[]::new);
        c.trace.clear();
        return lines;
    }
}
