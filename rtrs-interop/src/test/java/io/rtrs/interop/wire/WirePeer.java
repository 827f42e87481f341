package io.rtrs.interop.wire;

import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * The program at an end of the wire, on any provider. It does commands, a line of words each, and prints for each one line:
 * {@link #DONE} and the answer, or {@link #FAILED} and the stack trace. It ends with its input.
 */
final class WirePeer implements AutoCloseable {
    static final String DONE = "=";
    static final String FAILED = "!";

    /** Stands for a line's end in a stack trace. */
    static final char NEW_LINE = '\u2028';

    private final Conversations conversations;
    private final BlockPeer blocks;
    private final RpingPeer rping;
    private final PerftestPeer perftest;

    WirePeer(VerbsProvider provider) {
        conversations = new Conversations(provider);
        blocks = new BlockPeer(provider);
        rping = new RpingPeer(provider);
        perftest = new PerftestPeer(provider);
    }

    /** Arguments: the provider's name. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (WirePeer peer = new WirePeer(VerbsProviders.named(arguments[0]));
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                try {
                    out.println(DONE + peer.perform(List.of(line.split(" "))));
                } catch (Exception | AssertionError e) {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    out.println(FAILED + trace.toString().replace('\n', NEW_LINE));
                }
            }
        }
    }

    /** A value as a word of a command. */
    static String word(Object value) {
        return value instanceof InetAddress address ? address.getHostAddress() : String.valueOf(value);
    }

    /** Does one command; its answer. */
    String perform(List<String> words) throws Exception {
        Iterator<String> rest = words.iterator();
        String command = rest.next();
        switch (command) {
            case "listen" -> conversations.listen(socket(rest));
            case "unlisten" -> conversations.close();
            case "ask" -> conversations.ask(address(rest), socket(rest), number(rest));
            case "answer" -> conversations.answer(number(rest));
            case "ask-in-vain" -> conversations.askInVain(address(rest), socket(rest));
            case "reject" -> conversations.reject();
            case "ask-nobody" -> conversations.askNobody(address(rest), socket(rest));
            case "trespass" -> conversations.trespass(address(rest), socket(rest));
            case "guard" -> conversations.guard();
            case "serve-blocks" -> blocks.serve(socket(rest), truth(rest));
            case "end-blocks" -> blocks.end();
            case "block-content" -> {
                return Long.toString(blocks.checksum());
            }
            case "use-blocks" -> {
                return Long.toString(blocks.use(address(rest), socket(rest), rest.next(), truth(rest), number(rest)));
            }
            case "rping" -> rping.ping(address(rest), socket(rest), number(rest), number(rest));
            case "rping-listen" -> rping.listen(socket(rest));
            case "rping-unlisten" -> rping.close();
            case "rping-serve" -> rping.serve(number(rest));
            case "perftest" -> {
                return Integer.toString(
                        perftest.measure(program(rest), address(rest), socket(rest), number(rest), number(rest)));
            }
            case "perftest-listen" -> perftest.listen(socket(rest));
            case "perftest-unlisten" -> perftest.close();
            case "perftest-serve" -> {
                return Integer.toString(perftest.serve(program(rest), number(rest), number(rest)));
            }
            default -> throw new IOException("no command " + words);
        }
        return "";
    }

    private static InetAddress address(Iterator<String> words) {
        return InetAddress.ofLiteral(words.next());
    }

    private static int number(Iterator<String> words) {
        return Integer.parseInt(words.next());
    }

    private static boolean truth(Iterator<String> words) {
        return Boolean.parseBoolean(words.next());
    }

    private static PerftestProgram program(Iterator<String> words) {
        return PerftestProgram.valueOf(words.next());
    }

    private static InetSocketAddress socket(Iterator<String> words) {
        return new InetSocketAddress(address(words), number(words));
    }

    @Override
    public void close() throws IOException {
        conversations.close();
        blocks.end();
        rping.close();
        perftest.close();
    }
}
