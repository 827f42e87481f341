package io.rtrs.cli;

import io.rtrs.cli.doctor.Doctor;
import io.rtrs.cli.doctor.Finding;
import io.rtrs.cli.doctor.Machine;
import io.rtrs.cli.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** Says what this machine offers and lacks. */
@Command(
        name = "doctor",
        description =
                "What this machine offers and lacks, each finding with its remedy; exits with 1 if nothing can work.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        Doctor.Diagnosis diagnosis = Doctor.examine(Machine.here());
        boolean works = !diagnosis.usable().isEmpty();
        String verdict = works
                ? "RTRS works here with " + String.join(" and ", diagnosis.usable())
                : "nothing can work here: see ibverbs and softroce above";
        if (output.json()) {
            output.object(new Json()
                    .put("works", works)
                    .put("verdict", verdict)
                    .put(
                            "findings",
                            diagnosis.findings().stream().map(Finding::json).toList()));
        }
        int width = diagnosis.findings().stream()
                .mapToInt(finding -> finding.subject().length())
                .max()
                .orElse(0);
        diagnosis.findings().forEach(finding -> output.say(finding.text(width)));
        output.say(verdict);
        return works ? Rtrs.OK : Rtrs.FAILED;
    }
}
