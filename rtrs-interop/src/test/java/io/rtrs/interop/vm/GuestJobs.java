package io.rtrs.interop.vm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The jobs of one VM run, in their order. */
final class GuestJobs {
    private static final List<GuestJob> ALL =
            List.of(GuestJob.testsOf("guest", "io.rtrs.interop.guest", Duration.ofMinutes(2)));

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
