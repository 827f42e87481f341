package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Says who holds port 4791, as far as this process may know. */
final class PortInUse {
    private static final Path PROC = Path.of("/proc");
    private static final Path RXE = Path.of("/sys/module/rdma_rxe");
    private static final int LOCAL_COLUMN = 1;
    private static final int INODE_COLUMN = 9;

    private PortInUse() {}

    /** What helps whom the port is refused. */
    private static final String REMEDY =
            "One process receives all RDMA of an address. Give this one another address: another"
                    + " of 127.0.0.0/8, a second one (ip address add ADDRESS/BITS dev INTERFACE), one of an ipvlan or a network"
                    + " namespace of its own";

    /**
     * The failure to bind, with address, port, the likely holder and what helps. Who holds it is looked for when the message
     * is asked for: that looks at every process, and most failures are never shown.
     */
    static VerbsException cannotBind(InetAddress address, int port, int errno) {
        return new CannotBind(address, port, errno);
    }

    private static final class CannotBind extends VerbsException {
        private static final long serialVersionUID = 1L;

        private final InetAddress address;
        private final int port;
        private @Nullable String explanation;

        CannotBind(InetAddress address, int port, int errno) {
            super("cannot bind", errno);
            this.address = address;
            this.port = port;
        }

        @Override
        public synchronized String getMessage() {
            String known = explanation;
            if (known == null) {
                known = explain(address, port, errno());
                explanation = known;
            }
            return known;
        }
    }

    /** The message of {@link #cannotBind}. */
    static String explain(InetAddress address, int port, int errno) {
        return "cannot bind " + address.getHostAddress() + (port == 0 ? "" : " port " + port) + ": "
                + reason(address, errno);
    }

    private static String reason(InetAddress address, int errno) {
        return switch (errno) {
            case Sockets.EADDRINUSE -> "the port is in use, " + holder(address) + ". " + REMEDY;
            case Sockets.EADDRNOTAVAIL -> "it is no address of this machine";
            case Sockets.EACCES -> "permission is denied";
            default -> "errno " + errno;
        };
    }

    /** The errno behind an exception of the JDK, which tells it only by its message. */
    static int errnoOf(Exception e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("already in use")) {
            return Sockets.EADDRINUSE;
        }
        if (message.contains("cannot assign")) {
            return Sockets.EADDRNOTAVAIL;
        }
        return message.contains("denied") ? Sockets.EACCES : Sockets.EIO;
    }

    private static String holder(InetAddress address) {
        Set<String> inodes = new HashSet<>(inodes("udp", address));
        inodes.addAll(inodes("udp6", address));
        Optional<String> process = process(inodes);
        if (process.isPresent()) {
            return "by " + process.get();
        }
        if (Files.isDirectory(RXE)) {
            return "probably by the kernel's rdma_rxe, which takes it for all addresses: remove that module, use the"
                    + " provider ibverbs, or another network namespace";
        }
        return "by a process of another user, another container, or the kernel's rdma_rxe";
    }

    /** The sockets on the port of this or of all addresses, as descriptors name them. */
    private static Set<String> inodes(String protocol, InetAddress address) {
        Set<String> found = new HashSet<>();
        String port = String.format(Locale.ROOT, ":%04X", RoceAddress.ROCE_PORT);
        String here = kernelHex(address.getAddress()) + port;
        try {
            for (String line : Files.readAllLines(PROC.resolve("net").resolve(protocol))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > INODE_COLUMN
                        && (columns[LOCAL_COLUMN].equals(here) || columns[LOCAL_COLUMN].matches("0+" + port))) {
                    found.add("socket:[" + columns[INODE_COLUMN] + "]");
                }
            }
        } catch (IOException e) {
            return Set.of(); // not Linux
        }
        return found;
    }

    /** As the kernel prints addresses: words of four bytes, each as a number of this machine's byte order. */
    private static String kernelHex(byte[] address) {
        StringBuilder hex = new StringBuilder();
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < address.length; i++) {
            hex.append(String.format(Locale.ROOT, "%02X", address[little ? i ^ 3 : i]));
        }
        return hex.toString();
    }

    private static Optional<String> process(Set<String> sockets) {
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    String pid = process.getFileName().toString();
                    return Optional.of("process " + pid + " (" + command(process) + ")");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // another user's, or gone
        }
        return false;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
