package io.rtrs.core.management;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InvalidAttributeValueException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;

/**
 * A bean whose attributes are declared one by one: name, sentence, code. So they have the names of the kernel's files, underscores
 * included, which getters of an interface would not have; and as there, what can be done is done by writing.
 *
 * <p>Attributes are Strings and Longs. What fails is an exception that every JMX client knows, with the errno in its message.
 *
 * <p><b>Threading:</b> built by one thread, then immutable; what it reads and does is any thread's.
 */
public final class ManagedBean implements DynamicMBean {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedBean.class);

    /** Takes a value. */
    @FunctionalInterface
    public interface Setter {
        /**
         * Sets it.
         *
         * @throws IOException if it cannot be set; nothing has changed
         */
        void set(String value) throws IOException;
    }

    /** Does what an operator asks for. */
    @FunctionalInterface
    public interface Press {
        /**
         * Does it.
         *
         * @throws IOException if it cannot be done
         */
        void press() throws IOException;
    }

    private record Declared(
            Class<?> type,
            String sentence,
            Supplier<?> getter,
            @Nullable Setter setter) {}

    private final String sentence;
    private final Map<String, Declared> attributes = new LinkedHashMap<>();

    /** Makes a bean without attributes; the sentence says what it stands for. */
    public ManagedBean(String sentence) {
        this.sentence = sentence;
    }

    /** Declares an attribute that is text. */
    public ManagedBean text(String name, String meaning, Supplier<String> getter) {
        attributes.put(name, new Declared(String.class, meaning, getter, null));
        return this;
    }

    /** Declares an attribute that is text and can be set. */
    public ManagedBean text(String name, String meaning, Supplier<String> getter, Setter setter) {
        attributes.put(name, new Declared(String.class, meaning, getter, setter));
        return this;
    }

    /** Declares what is done by writing 1; anything else is EINVAL. */
    public ManagedBean button(String name, String meaning, Press press) {
        return text(name, meaning, () -> "write 1 to " + name, value -> {
            requireOne(name, value);
            press.press();
        });
    }

    /** Declares text that writing 1 sets back; anything else is EINVAL. */
    public ManagedBean resettable(String name, String meaning, Supplier<String> getter, Press reset) {
        return text(name, meaning, getter, value -> {
            requireOne(name, value);
            reset.press();
        });
    }

    private static void requireOne(String name, String value) throws RtrsException {
        if (!value.strip().equals("1")) {
            throw new RtrsException(Errno.EINVAL, name + " takes 1, not " + value);
        }
    }

    /** Declares an attribute that is a number. */
    public ManagedBean number(String name, String meaning, LongSupplier getter) {
        attributes.put(name, new Declared(Long.class, meaning, getter::getAsLong, null));
        return this;
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException, MBeanException {
        Declared attribute = attribute(name);
        try {
            return attribute.getter().get();
        } catch (RuntimeException e) {
            throw defect(name, e);
        }
    }

    private Declared attribute(String name) throws AttributeNotFoundException {
        Declared attribute = attributes.get(name);
        if (attribute == null) {
            throw new AttributeNotFoundException("no attribute " + name + ", only " + attributes.keySet());
        }
        return attribute;
    }

    @Override
    public void setAttribute(Attribute change)
            throws AttributeNotFoundException, InvalidAttributeValueException, MBeanException {
        Setter setter = attribute(change.getName()).setter();
        if (setter == null) {
            throw new AttributeNotFoundException(change.getName() + " can only be read");
        }
        try {
            setter.set(String.valueOf(change.getValue()));
        } catch (RtrsException e) {
            if (e.errno() == Errno.EINVAL) {
                throw new InvalidAttributeValueException(e.getMessage());
            }
            throw plain(e);
        } catch (IOException e) {
            throw plain(e);
        } catch (RuntimeException e) {
            throw defect(change.getName(), e);
        }
    }

    /** The management would make a RuntimeMBeanException of it, in which clients do not look for a sentence. */
    private static MBeanException defect(String attribute, RuntimeException e) {
        LOG.warn("JMX: {} failed", attribute, e);
        return plain(new IOException(attribute + " failed: " + (e.getMessage() == null ? e : e.getMessage()), e));
    }

    /** As a client knows it that has none of our classes. */
    private static MBeanException plain(IOException e) {
        return new MBeanException(new IOException(e.getMessage()), e.getMessage());
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList list = new AttributeList();
        for (String name : names) {
            Declared attribute = attributes.get(name);
            if (attribute == null) {
                continue;
            }
            try {
                list.add(new Attribute(name, attribute.getter().get()));
            } catch (RuntimeException e) {
                // What cannot be read is not in the result: the contract of this method.
                LOG.debug("JMX: {} cannot be read", name, e);
            }
        }
        return list;
    }

    @Override
    public AttributeList setAttributes(AttributeList changes) {
        AttributeList done = new AttributeList();
        for (Attribute change : changes.asList()) {
            try {
                setAttribute(change);
                done.add(change);
            } catch (JMException e) {
                // What is not in the result was not set: the contract of this method.
            }
        }
        return done;
    }

    @Override
    public @Nullable Object invoke(String name, Object @Nullable [] arguments, String @Nullable [] signature)
            throws ReflectionException {
        throw new ReflectionException(
                new NoSuchMethodException(name),
                "no operation " + name + ": what can be done is done by setting attributes");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] readable = attributes.entrySet().stream()
                .map(entry -> new MBeanAttributeInfo(
                        entry.getKey(),
                        entry.getValue().type().getName(),
                        entry.getValue().sentence(),
                        true,
                        entry.getValue().setter() != null,
                        false))
                .toArray(MBeanAttributeInfo[]::new);
        return new MBeanInfo(ManagedBean.class.getName(), sentence, readable, null, null, null);
    }
}
