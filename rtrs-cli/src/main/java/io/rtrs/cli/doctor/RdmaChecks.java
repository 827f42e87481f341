package io.rtrs.cli.doctor;

import io.rtrs.verbs.ibverbs.ffm.Libraries;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What RDMA adapters there are, and what keeps a program from using them. */
final class RdmaChecks {
    private static final String DEVICES = "sys/class/infiniband";
    private static final String NO_GID = "0000:0000:0000:0000:0000:0000:0000:0000";

    /** What the chunks of a path take with the default queue depth. */
    private static final long USUAL_LOCKED_BYTES = 64L << 20;

    private RdmaChecks() {}

    static List<Finding> run(Machine machine) {
        List<Finding> findings = new ArrayList<>();
        findings.add(libraries(Libraries.missing()));
        List<String> devices = machine.list(DEVICES);
        findings.add(devices(devices));
        for (String device : devices) {
            for (String port : machine.list(DEVICES + "/" + device + "/ports")) {
                findings.add(port(machine, device, port));
                findings.add(gids(machine, device, port));
            }
        }
        if (!devices.isEmpty()) {
            findings.add(deviceFiles(machine));
        }
        machine.read("proc/self/limits").ifPresent(limits -> findings.add(lockedMemory(limits, devices.isEmpty())));
        return findings;
    }

    static Finding libraries(Optional<String> missing) {
        return missing.map(why -> Finding.note("rdma-core", why, "needed for RDMA devices only"))
                .orElseGet(() -> Finding.ok("rdma-core", "libibverbs and librdmacm are installed"));
    }

    static Finding devices(List<String> devices) {
        return devices.isEmpty()
                ? Finding.note(
                        "RDMA devices",
                        "none",
                        "none is needed for softroce; the kernel's own soft-RoCE: modprobe rdma_rxe &&"
                                + " rdma link add rxe0 type rxe netdev INTERFACE")
                : Finding.ok("RDMA devices", String.join(", ", devices));
    }

    private static Finding port(Machine machine, String device, String port) {
        String at = DEVICES + "/" + device + "/ports/" + port + "/";
        String state = machine.read(at + "state").orElse("unknown");
        String layer = machine.read(at + "link_layer").orElse("unknown link layer");
        String netdev = machine.read(at + "gid_attrs/ndevs/0").orElse("");
        String text = state + ", " + layer + (netdev.isEmpty() ? "" : ", network interface " + netdev);
        String subject = device + " port " + port;
        return state.toUpperCase(Locale.ROOT).contains("ACTIVE")
                ? Finding.ok(subject, text)
                : Finding.lack(
                        subject,
                        text,
                        netdev.isEmpty()
                                ? "connect it, or start a subnet manager"
                                : "ip link set dev " + netdev + " up");
    }

    private static Finding gids(Machine machine, String device, String port) {
        String at = DEVICES + "/" + device + "/ports/" + port + "/";
        List<String> gids = new ArrayList<>();
        boolean v2 = false;
        for (String index : machine.list(at + "gids")) {
            String gid = machine.read(at + "gids/" + index).orElse(NO_GID);
            if (!gid.equals(NO_GID) && !gid.isEmpty()) {
                String type = machine.read(at + "gid_attrs/types/" + index).orElse("");
                v2 |= type.contains("v2")
                        || machine.read(at + "link_layer").orElse("").equals("InfiniBand");
                gids.add(gid + (type.isEmpty() ? "" : " (" + type + ")"));
            }
        }
        String subject = device + " port " + port + " GIDs";
        if (gids.isEmpty()) {
            return Finding.lack(
                    subject, "none", "give its network interface an address: ip address add ADDRESS/BITS dev IF");
        }
        String text = String.join(", ", gids);
        return v2
                ? Finding.ok(subject, text)
                : Finding.note(subject, text, "no RoCE v2 GID; give its network interface an IP address");
    }

    private static Finding deviceFiles(Machine machine) {
        if (!machine.exists("dev/infiniband/rdma_cm")) {
            return Finding.lack(
                    "/dev/infiniband/rdma_cm", "missing", "modprobe rdma_ucm; a container: --device=/dev/infiniband");
        }
        return machine.canWrite("dev/infiniband/rdma_cm")
                ? Finding.ok("/dev/infiniband/rdma_cm", "can be opened")
                : Finding.lack(
                        "/dev/infiniband/rdma_cm", "this user may not open it", "chmod o+rw /dev/infiniband/rdma_cm");
    }

    /** From /proc/self/limits: a name, the soft limit, the hard limit, the unit. */
    static Finding lockedMemory(String limits, boolean noDevice) {
        String line = limits.lines()
                .filter(l -> l.startsWith("Max locked memory"))
                .findFirst()
                .orElse("Max locked memory unknown");
        String soft = line.substring("Max locked memory".length()).strip().split("\\s+")[0];
        long bytes = soft.matches("\\d{1,18}") ? Long.parseLong(soft) : Long.MAX_VALUE;
        String text = soft + (bytes == Long.MAX_VALUE ? "" : " bytes");
        if (bytes >= USUAL_LOCKED_BYTES) {
            return Finding.ok("locked memory", text);
        }
        return Finding.note(
                "locked memory",
                text + ": too few for " + USUAL_LOCKED_BYTES + " bytes of chunks"
                        + (noDevice ? "; matters with RDMA devices only" : ""),
                "ulimit -l unlimited; systemd: LimitMEMLOCK=infinity; a container: --ulimit memlock=-1");
    }
}
