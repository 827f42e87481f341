package io.rtrs.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large the terminal is.
 *
 * @param columns characters of a line
 * @param rows lines, at least 2
 */
record Screen(int columns, int rows) {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})\\s*");
    private static final int USUAL_ROWS = 24;

    /** As it is now, since windows change; what the launcher told where the terminal cannot be asked. */
    static Screen now() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher size = SIZE.matcher(answer);
            if (stty.waitFor(1, TimeUnit.SECONDS) && size.matches()) {
                return new Screen(Integer.parseInt(size.group(2)), Math.max(2, Integer.parseInt(size.group(1))));
            }
        } catch (IOException e) {
            // no such program, or no terminal
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Screen(OutputOptions.columns(), USUAL_ROWS);
    }
}
