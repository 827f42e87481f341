package io.rtrs.interop.paths;

import io.rtrs.interop.kernel.Shell;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Two rxe devices of the kernel, each with a wire of its own to the namespace where the server is, on software RoCE.
 *
 * <p>A link goes as if its cable was pulled: the far end is set down, so that the device of the near end has no carrier and
 * loses in silence what it sends, until the connection management misses the neighbour. If the near end itself is set down,
 * rxe of 6.1 fails what it is to send, also the connection management's datagrams, whose queue pair does not come back.
 */
final class RxeLinks implements Links {
    private static final String NAMESPACE = "beyond";

    /** Without repetitions, which rxe does not survive while it registers memory: see docs/softroce.md. */
    private static final String PATIENT = "-Dio.rtrs.verbs.softroce.ackTimeout=30";

    private RxeLinks() {}

    /** Makes the devices, if they are not there; they stay, because this process goes on using them. */
    static RxeLinks lay() throws IOException, InterruptedException {
        for (int link = 0; link < COUNT; link++) {
            if (!Files.exists(Path.of("/sys/class/infiniband", device(link)))) {
                make(link);
            }
        }
        return new RxeLinks();
    }

    private static void make(int link) throws IOException, InterruptedException {
        String near = near(link);
        String far = far(link);
        run("ip link add " + near + " type veth peer name " + far);
        run("ip link set " + far + " netns " + NAMESPACE);
        run("ip -n " + NAMESPACE + " link set " + far + " up mtu 9000");
        run("ip -n " + NAMESPACE + " addr add " + address(link, 2) + "/24 dev " + far);
        run("ip link set " + near + " up mtu 9000");
        run("ip addr add " + address(link, 1) + "/24 dev " + near);
        // One CPU receives for each end, as in vm/guest/boot.
        String one = "echo 1 >/sys/class/net/%s/queues/rx-0/rps_cpus";
        Shell.run("sh", "-c", one.formatted(near));
        Shell.run("ip", "netns", "exec", NAMESPACE, "sh", "-c", one.formatted(far));
        run("rdma link add " + device(link) + " type rxe netdev " + near);
    }

    private static void run(String command) throws IOException, InterruptedException {
        Shell.run(command.split(" "));
    }

    private static String device(int link) {
        return "rxe" + (link + 1);
    }

    private static String near(int link) {
        return "v" + (2 * link + 2);
    }

    private static String far(int link) {
        return "v" + (2 * link + 3);
    }

    private static String address(int link, int end) {
        return "10.9." + (link + 1) + "." + end;
    }

    @Override
    public VerbsProvider provider() {
        try {
            return VerbsProviders.named("ibverbs");
        } catch (VerbsException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<String> serversPlace() {
        return List.of("ip", "netns", "exec", NAMESPACE);
    }

    @Override
    public List<String> serversOptions() {
        return List.of(PATIENT);
    }

    @Override
    public List<String> servers() {
        return List.of(address(0, 2), address(1, 2));
    }

    @Override
    public String path(int link) {
        return "ip:" + address(link, 1) + "@ip:" + address(link, 2);
    }

    @Override
    public void cut(int link) throws IOException, InterruptedException {
        run("ip -n " + NAMESPACE + " link set " + far(link) + " down");
    }

    @Override
    public void mend(int link) throws IOException, InterruptedException {
        run("ip -n " + NAMESPACE + " link set " + far(link) + " up");
    }

    @Override
    public void remove() throws IOException, InterruptedException {
        mend(0);
        mend(1);
    }
}
