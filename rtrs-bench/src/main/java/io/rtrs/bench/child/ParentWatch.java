package io.rtrs.bench.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Ends this process when its standard input ends: whoever started it is gone. */
public final class ParentWatch {
    /** The question that {@link #answer} answers. */
    public static final String USAGE = "usage";

    private ParentWatch() {}

    /** Watches on a thread of its own. */
    public static void start() {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> answer(System.out));
    }

    /** Tells what this process has used, as often as it is asked. */
    public static void answer(PrintStream to) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(USAGE)) {
                    to.println(Usage.now().line());
                    to.flush();
                }
            }
        } catch (IOException e) {
            // as the end
        }
        Runtime.getRuntime().halt(0);
    }
}
