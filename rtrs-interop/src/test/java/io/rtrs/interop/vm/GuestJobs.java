package io.rtrs.interop.vm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The jobs of one VM run, in their order. */
final class GuestJobs {
    private static final List<GuestJob> ALL = List.of(
            GuestJob.testsOf("guest", "io.rtrs.interop.guest", Duration.ofMinutes(3)),
            GuestJob.testsOf("layouts", "io.rtrs.verbs.ibverbs.layout", Duration.ofMinutes(3)),
            GuestJob.testsOf("contract", "io.rtrs.interop.contract", Duration.ofMinutes(15)),
            GuestJob.main(
                    "disni", Duration.ofMinutes(3), "io.rtrs.interop.disni.DisniHello", GuestJob.ADDRESS, "ibverbs"),
            GuestJob.testsOf("rtrs", "io.rtrs.interop.rtrs", Duration.ofMinutes(20)),
            GuestJob.testsOf("kernel", "io.rtrs.interop.kernel", Duration.ofMinutes(20)),
            GuestJob.testsOf("wire", "io.rtrs.interop.wire", Duration.ofMinutes(20)));

    private GuestJobs() {}

    /** The jobs with the names in the comma-separated list, all if it is empty. */
    static List<GuestJob> selected(String names) {
        if (names.isBlank()) {
            return ALL;
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
