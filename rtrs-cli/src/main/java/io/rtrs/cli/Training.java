package io.rtrs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Uses every command once, so that the JVM can record what they need: the launcher makes its ahead-of-time cache of that.
 * What fails on this machine is left out of the cache, and is no error.
 */
final class Training {
    private static final long PATIENCE_S = 20;

    private Training() {}

    /** Exits with 0. */
    public static void main(String[] args) throws InterruptedException {
        run(new StringWriter(), "doctor");
        run(new StringWriter(), "demo", "--size=32M", "--provider=softroce");
        twoProcesses();
        System.exit(Rtrs.OK);
    }

    private static void run(Writer out, String... arguments) {
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit =
                Rtrs.run(Rtrs.commandLine().setOut(new PrintWriter(out, true)).setErr(err), arguments);
        err.println("training: " + String.join(" ", arguments) + " ended with " + exit);
    }

    /** A server and its client, as if they were programs of their own. */
    private static void twoProcesses() throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String address = "127." + random.nextInt(1, 255) + '.' + random.nextInt(256) + '.' + random.nextInt(1, 255);
        CountDownLatch listens = new CountDownLatch(1);
        Writer out = new StringWriter() {
            @Override
            public void write(String text, int offset, int length) {
                super.write(text, offset, length);
                listens.countDown();
            }
        };
        Thread server = Thread.ofPlatform()
                .daemon()
                .start(() -> run(out, "serve", "--provider=softroce", "--memory=4M", "--listen=" + address));
        if (listens.await(PATIENCE_S, TimeUnit.SECONDS)) {
            String connect = "--connect=ip:" + address;
            run(new StringWriter(), "io", "--provider=softroce", "--rw=randrw", "--size=8M", "--verify", connect);
        }
        server.interrupt();
        server.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
    }
}
