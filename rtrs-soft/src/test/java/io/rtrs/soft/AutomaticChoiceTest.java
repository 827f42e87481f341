package io.rtrs.soft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;

/** The choice of a provider where those in software are there. */
class AutomaticChoiceTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @AfterEach
    void forgetTheChoice() {
        System.clearProperty(VerbsProviders.PROPERTY);
    }

    @Test
    void softwareRoceServesWhatNoDeviceHas() throws Exception {
        assertThat(VerbsProviders.automatic(LOOPBACK).name()).isEqualTo("softroce");
    }

    @Test
    void thePropertyDecides() throws Exception {
        System.setProperty(VerbsProviders.PROPERTY, "inprocess");
        assertThat(VerbsProviders.automatic(LOOPBACK).name()).isEqualTo("inprocess");
    }

    @Test
    void aNameThatNoProviderHasIsRefusedWithTheNamesThereAre() {
        System.setProperty(VerbsProviders.PROPERTY, "nosuch");
        assertThatThrownBy(() -> VerbsProviders.automatic(LOOPBACK))
                .isInstanceOf(VerbsException.class)
                .hasMessageContaining("nosuch")
                .hasMessageContaining("softroce")
                .hasMessageNotContaining("rtrs-soft");
    }
}
