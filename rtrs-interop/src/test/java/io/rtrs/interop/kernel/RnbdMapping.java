package io.rtrs.interop.kernel;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A device that the kernel's rnbd-client has mapped (spec/rnbd.md 5.1, 5.2). */
public final class RnbdMapping implements AutoCloseable {
    private static final Path CONTROL = Path.of("/sys/class/rnbd-client/ctl");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Path link;
    private final Path block;

    private RnbdMapping(Path link) throws IOException {
        this.link = link;
        this.block = link.toRealPath();
    }

    /** Maps a device of the server on the address and port; a kernel error comes as the exception's message. */
    static RnbdMapping map(String address, int port, String session, String device, String mode) throws IOException {
        return map(address, address, port, session, device, mode);
    }

    /** Maps a device of a server on another address than the client's. */
    public static RnbdMapping map(String source, String address, int port, String session, String device, String mode)
            throws IOException {
        return map(List.of("ip:" + source + "@ip:" + address), port, session, device, mode);
    }

    /** Maps a device over several paths. */
    public static RnbdMapping map(List<String> paths, int port, String session, String device, String mode)
            throws IOException {
        Shell.write(
                CONTROL.resolve("map_device"),
                "dest_port=" + port + " sessname=" + session + " path=" + String.join(" path=", paths) + " device_path="
                        + device + " access_mode=" + mode);
        return new RnbdMapping(CONTROL.resolve("devices").resolve(device.replace('/', '!') + "@" + session));
    }

    /** The device node. */
    public String node() {
        return "/dev/" + block.getFileName();
    }

    /** An attribute of the block device, such as {@code rnbd/state} or {@code queue/max_sectors_kb}. */
    public String attribute(String name) throws IOException {
        return Files.readString(block.resolve(name)).strip();
    }

    /** Whether the server has it open for the session that there is now. */
    public boolean isOpen() {
        try {
            return attribute("rnbd/state").equals("open");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmaps the device, by force if it is in use, which throws, and waits until the kernel has forgotten it. */
    @Override
    public void close() throws IOException {
        Path unmap = block.resolve("rnbd/unmap_device");
        try {
            Shell.write(unmap, "normal");
        } catch (IOException inUse) {
            Shell.write(unmap, "force");
            throw inUse;
        }
        await().atMost(LIMIT).until(() -> !Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    }
}
