package io.rtrs.interop.vm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The jobs of one VM run, in their order. */
final class GuestJobs {
    private static final List<GuestJob> EVERY_TIME = List.of(
            GuestJob.testsOf("guest", "io.rtrs.interop.guest", Duration.ofMinutes(3)),
            GuestJob.testsOf("layouts", "io.rtrs.verbs.ibverbs.layout", Duration.ofMinutes(3)),
            GuestJob.testsOf("contract", "io.rtrs.interop.contract", Duration.ofMinutes(15)),
            GuestJob.main(
                    "disni", Duration.ofMinutes(3), "io.rtrs.interop.disni.DisniHello", GuestJob.ADDRESS, "ibverbs"),
            GuestJob.testsOf("rtrs", "io.rtrs.interop.rtrs", Duration.ofMinutes(20)),
            GuestJob.testsOf("kernel", "io.rtrs.interop.kernel", Duration.ofMinutes(20)),
            wire("wire", Duration.ofMinutes(40), "--include-tag=vm & !kernel-rtrs"));

    /**
     * Run when they are asked for by name: the kernel's RTRS on rxe sometimes stands still for minutes; and a path is found
     * dead, and comes back, after half a minute each, ten times over.
     */
    private static final List<GuestJob> BY_NAME = List.of(
            wire("wire-kernel", Duration.ofMinutes(15), "--include-tag=kernel-rtrs"),
            GuestJob.testsOf("paths", "io.rtrs.interop.paths", Duration.ofMinutes(45), "--include-tag=vm"));

    private static final List<GuestJob> ALL =
            Stream.concat(EVERY_TIME.stream(), BY_NAME.stream()).toList();

    private GuestJobs() {}

    private static GuestJob wire(String name, Duration limit, String tags) {
        return GuestJob.testsOf(name, "io.rtrs.interop.wire", limit, tags);
    }

    /** The jobs with the names in the comma-separated list; if it is empty, those that run every time. */
    static List<GuestJob> selected(String names) {
        if (names.isBlank()) {
            return EVERY_TIME;
        }
        List<String> wanted = Arrays.asList(names.split(","));
        List<GuestJob> jobs =
                ALL.stream().filter(job -> wanted.contains(job.name())).toList();
        if (jobs.size() != wanted.size()) {
            throw new IllegalArgumentException("vm.jobs=" + names + ": there are "
                    + ALL.stream().map(GuestJob::name).toList());
        }
        return jobs;
    }
}
