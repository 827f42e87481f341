package io.rtrs.cli;

import io.rtrs.cli.doctor.Doctor;
import io.rtrs.cli.doctor.Finding;
import io.rtrs.cli.doctor.Machine;
import io.rtrs.cli.doctor.Way;
import io.rtrs.cli.text.Json;
import io.rtrs.core.path.PathAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/** Says what this machine offers and lacks. */
@Command(
        name = "doctor",
        description =
                "What this machine offers and lacks, each finding with its remedy; exits with 1 if nothing can work. With"
                        + " --connect, the way to a server step by step instead; exits with 1 if it ends before the"
                        + " server.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ProviderOptions providers = new ProviderOptions();

    @Option(
            names = "--connect",
            paramLabel = "PATH",
            converter = Arguments.Path.class,
            description = "the way to try: ip:ADDRESS, or ip:SOURCE@ip:ADDRESS")
    private @Nullable PathAddress path;

    @Override
    public Integer call() {
        PathAddress wanted = path;
        if (wanted != null) {
            return tryTheWay(wanted);
        }
        Doctor.Diagnosis diagnosis = Doctor.examine(Machine.here());
        boolean works = !diagnosis.usable().isEmpty();
        String verdict = works
                ? "RTRS works here with " + String.join(" and ", diagnosis.usable())
                : "nothing can work here: see ibverbs and softroce above";
        return tell(works, verdict, diagnosis.findings());
    }

    private int tryTheWay(PathAddress wanted) {
        Arguments.Port.check(spec.commandLine(), providers.port());
        List<Finding> findings = Way.of(wanted, providers.port(), providers::reaching);
        boolean works = findings.getLast().level() != Finding.Level.LACK;
        return tell(works, Way.verdict(wanted, providers.port(), findings), findings);
    }

    private int tell(boolean works, String verdict, List<Finding> findings) {
        if (output.json()) {
            output.object(new Json()
                    .put("works", works)
                    .put("verdict", verdict)
                    .put("findings", findings.stream().map(Finding::json).toList()));
        }
        int width = findings.stream()
                .mapToInt(finding -> finding.subject().length())
                .max()
                .orElse(0);
        findings.forEach(finding -> output.say(finding.text(width)));
        output.say(verdict);
        return works ? Rtrs.OK : Rtrs.FAILED;
    }
}
