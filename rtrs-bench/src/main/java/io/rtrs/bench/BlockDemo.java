package io.rtrs.bench;

import io.rtrs.bench.load.FileCopy;
import io.rtrs.bench.load.MemoryBlocks;
import io.rtrs.client.ClientSession;
import io.rtrs.server.RtrsServer;
import io.rtrs.verbs.VerbsProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;

/** Writes a file's blocks through RTRS into a server's memory, reads them back and compares their digests. */
@Command(
        name = "block-demo",
        mixinStandardHelpOptions = true,
        description = "Writes a file's blocks through RTRS to a server in this process, reads them back, compares.")
public final class BlockDemo implements Callable<Integer> {
    @Mixin
    private LoopOptions loop = new LoopOptions();

    @Option(names = "--file", required = true, description = "the file")
    private Path file = Path.of("");

    @Option(names = "--bs", defaultValue = "65536", description = "bytes of a block (${DEFAULT-VALUE})")
    private int blockSize;

    @Option(names = "--qd", defaultValue = "32", description = "requests in flight (${DEFAULT-VALUE})")
    private int queueDepth;

    /** Exits with 0 if the digests are equal, 1 if the run failed, 2 if an argument is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine(new BlockDemo()).execute(args));
    }

    /** A command line that says in one line why a run failed. */
    static CommandLine commandLine(Object command) {
        return new CommandLine(command).setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println(line.getCommandName() + ": " + e.getMessage());
            if (System.getProperty("rtrs.trace") != null) {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    @Override
    @SuppressWarnings("try") // the server only has to be there
    public Integer call() throws Exception {
        VerbsProvider verbs = loop.provider();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                MemoryBlocks blocks = new MemoryBlocks(Math.max(1, channel.size()));
                RtrsServer server = loop.serve(verbs, blocks);
                ClientSession session = loop.connect(verbs)) {
            System.out.printf(
                    "%s: %d bytes, blocks of %d, %d in flight, provider %s, always_invalidate %s%n",
                    file, channel.size(), blockSize, queueDepth, verbs.name(), loop.alwaysInvalidate() ? "Y" : "N");
            FileCopy copy = new FileCopy(session, blockSize, queueDepth);
            FileCopy.Outcome written = copy.write(channel);
            System.out.println("write: " + written.report().text());
            FileCopy.Outcome read = copy.read(channel);
            System.out.println("read:  " + read.report().text());
            System.out.println("sha256 written " + written.sha256());
            System.out.println("sha256 read    " + read.sha256());
            boolean equal = written.sha256().equals(read.sha256());
            System.out.println(equal ? "verified" : "DIFFERENT");
            return equal ? 0 : 1;
        }
    }
}
