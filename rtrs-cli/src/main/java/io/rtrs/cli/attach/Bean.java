package io.rtrs.cli.attach;

import java.util.Map;
import javax.management.ObjectName;

/**
 * What a bean of another process said at one moment.
 *
 * @param type such as {@code ClientPath}
 * @param name to find it again
 * @param values by attribute, in the order of their declaration
 */
public record Bean(String type, ObjectName name, Map<String, Object> values) {
    /** An attribute as text; empty if there is none of that name. */
    public String text(String attribute) {
        return String.valueOf(values.getOrDefault(attribute, ""));
    }

    /** An attribute as number; 0 if there is none of that name. */
    public long number(String attribute) {
        return values.get(attribute) instanceof Number number ? number.longValue() : 0;
    }

    /** A key of the name; empty if there is none. */
    public String key(String of) {
        String quoted = name.getKeyProperty(of);
        return quoted == null ? "" : ObjectName.unquote(quoted);
    }

    /** How people know it: its name, and a path's session. */
    public String title() {
        return isPath() ? "path " + text("name") + " of session " + text("session") : type + " " + text("name");
    }

    /** The name of the session that it is, or belongs to. */
    public String session() {
        return text(isPath() ? "session" : "name");
    }

    /** The same with the session's identity, which tells it from others of the same name. */
    public String uniqueSession() {
        return session() + "#" + text(isPath() ? "session_uuid" : "uuid");
    }

    /** Whether it is a path, of a client or of a server. */
    public boolean isPath() {
        return type.endsWith("Path");
    }
}
