package io.rtrs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command line that was run in this process.
 *
 * @param exit its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Run(int exit, String out, String err) {

    static Run of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Rtrs.run(
                Rtrs.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)), arguments);
        return new Run(exit, out.toString(), err.toString());
    }
}
