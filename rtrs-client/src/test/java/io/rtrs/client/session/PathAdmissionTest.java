package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.client.path.Path;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Which paths a session may have beside each other. */
class PathAdmissionTest {
    private static Path listed(String address) throws RtrsException {
        return new Path(UUID.randomUUID(), "clt", PathAddress.parse(address), new Heartbeat(1, 1));
    }

    private static void refused(String path, List<Path> listed, int errno, String why) throws RtrsException {
        PathAddress address = PathAddress.parse(path);
        assertThatThrownBy(() -> PathAdmission.check(address, listed))
                .isInstanceOfSatisfying(
                        RtrsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "ip:10.0.0.1@ip:10.0.0.2, ip:10.0.0.1@ip:10.0.0.2",
        "ip:10.0.0.2, ip:10.0.0.2",
        "ip:fe80::1@ip:fe80::2, ip:fe80::1@ip:fe80::2"
    })
    void aPathBetweenTheSameAddressesExists(String listed, String again) throws RtrsException {
        refused(again, List.of(listed(listed)), Errno.EEXIST, "path " + again + " exists already");
        assertThatThrownBy(() -> PathAdmission.checkAll(List.of(PathAddress.parse(listed), PathAddress.parse(again))))
                .hasMessageContaining("exists already");
    }

    @Test
    void aSourceThatWasResolvedCountsToo() throws RtrsException {
        Path path = listed("ip:10.0.0.2");
        PathAddress same = PathAddress.parse("ip:10.0.0.1@ip:10.0.0.2");
        assertThatCode(() -> PathAdmission.check(same, List.of(path))).doesNotThrowAnyException();
        RdmaAddress source = same.source();
        if (source == null) {
            throw new AssertionError("it has one");
        }
        path.leavesThrough(source, "rxe0", 1);
        refused("ip:10.0.0.1@ip:10.0.0.2", List.of(path), Errno.EEXIST, "needs a source of its own");
        assertThatCode(() -> PathAdmission.check(PathAddress.parse("ip:10.0.0.3@ip:10.0.0.2"), List.of(path)))
                .doesNotThrowAnyException();
    }

    @Test
    void familiesAreNotMixed() throws RtrsException { // K-S3
        refused("ip:fe80::2", List.of(listed("ip:10.0.0.2")), Errno.EINVAL, "of different address families");
        refused("ip:10.0.0.1@ip:fe80::2", List.of(), Errno.EINVAL, "source and destination are of different");
        assertThatThrownBy(() -> PathAdmission.checkAll(
                        List.of(PathAddress.parse("ip:10.0.0.1"), PathAddress.parse("ip:fe80::2"))))
                .hasMessageContaining("path ip:fe80::2 and path ip:10.0.0.1 are of different address families");
    }

    @ParameterizedTest
    @CsvSource({
        "ip:0.0.0.0, is at each of its machine's addresses",
        "ip:::, write one of those",
        "ip:10.0.0.1@ip:224.0.0.1, ip:224.0.0.1 is a multicast address",
        "ip:ff02::1, ip:ff02::1 is a multicast address",
        "ip:255.255.255.255, is the broadcast address"
    })
    void whereNoServerCanBeNoPathGoes(String path, String why) throws RtrsException {
        refused(path, List.of(), Errno.EINVAL, why);
        List<PathAddress> first = List.of(PathAddress.parse(path));
        assertThatThrownBy(() -> PathAdmission.checkAll(first)).hasMessageContaining(why);
    }

    @Test
    void thereAreAtMost128() throws RtrsException {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            PathAdmission.check(PathAddress.parse("ip:10.0.0." + i), paths);
            paths.add(listed("ip:10.0.0." + i));
        }
        refused("ip:10.0.1.0", paths, Errno.ENOSPC, "the session has 128 paths; remove one first");
    }
}
