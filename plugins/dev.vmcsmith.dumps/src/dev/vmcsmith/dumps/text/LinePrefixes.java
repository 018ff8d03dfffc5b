// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps.text;

/** Takes mail quoting and what logs write before a message off a line. One use per line; not thread-safe. */
final class LinePrefixes {
    private static final String[] MONTHS = {"Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ", "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "};
    private static final String[] PROGRAMS = {"kernel", "kvm_intel", "kvm", "qemu-system-x86_64", "qemu-kvm", "qemu"};
    private static final String MACHINE = "libmachine: (";
    private static final int MOST = 24;
    private static final int LONGEST_NAME = 80;

    private final String line;
    private int at;
    private String tag = "";
    private boolean xen;

    private LinePrefixes(String line) {
        this.line = line;
    }

    static Line strip(int number, String line) {
        LinePrefixes prefixes = new LinePrefixes(line);
        prefixes.quotes();
        for (int i = 0; i < MOST && prefixes.next(); i++) {
            prefixes.blanks();
        }
        return new Line(number, line.substring(prefixes.at).stripTrailing(), prefixes.tag, prefixes.xen);
    }

    private void blanks() {
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
    }

    private void quotes() {
        blanks();
        while (at < line.length() && (line.charAt(at) == '>' || line.charAt(at) == '|')) {
            at++;
            blanks();
        }
    }

    private boolean next() {
        return at < line.length() && switch (line.charAt(at)) {
            case '[' -> bracket();
            case '<' -> priority();
            case '(' -> xen();
            default -> Character.isDigit(line.charAt(at)) ? clock() : syslogDate() || goLog() || program();
        };
    }

    /** {@code [ 7058.291757]}, {@code [2019-11-02 14:09:46]}, {@code [T1234]}, {@code [pid 12]}. */
    private boolean bracket() {
        int end = line.indexOf(']', at);
        if (end < 0 || end - at > 40) {
            return false;
        }
        String inside = line.substring(at + 1, end).strip();
        if (inside.isEmpty()) {
            return false;
        }
        boolean time = inside.chars().allMatch(c -> c >= '0' && c <= '9' || ".:-/TZ+ ".indexOf(c) >= 0);
        boolean caller = (inside.charAt(0) == 'T' || inside.charAt(0) == 'C') && digits(inside, 1);
        boolean process = inside.startsWith("pid ") && digits(inside, 4);
        if (caller || process) {
            tag = inside;
        } else if (!time && !isDate(inside)) {
            return false;
        }
        at = end + 1;
        return true;
    }

    /** {@code Mon Nov  2 14:09:46 2020}. */
    private static boolean isDate(String text) {
        int colon = text.indexOf(':');
        boolean time = colon > 10 && text.indexOf(':', colon + 1) == colon + 3;
        return time && text.length() >= 20 && text.length() <= 30 && text.charAt(3) == ' ' && digits(text, text.length() - 4);
    }

    private static boolean digits(String text, int from) {
        return from < text.length() && text.substring(from).strip().chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** {@code <4>}. */
    private boolean priority() {
        int end = line.indexOf('>', at);
        if (end < 0 || end - at > 4 || !digits(line.substring(at + 1, end), 0)) {
            return false;
        }
        at = end + 1;
        return true;
    }

    private boolean xen() {
        if (!line.startsWith("(XEN)", at)) {
            return false;
        }
        xen = true;
        at += 5;
        return true;
    }

    /** A date or a time of day at the beginning of a word: {@code 2021-06-03T10:11:12.5+02:00}, {@code 00:00:22.366069}. */
    private boolean clock() {
        int end = at;
        int colons = 0;
        int dashes = 0;
        while (end < line.length() && (Character.isDigit(line.charAt(end)) || ":.-T+Z/".indexOf(line.charAt(end)) >= 0)) {
            colons += line.charAt(end) == ':' ? 1 : 0;
            dashes += line.charAt(end) == '-' || line.charAt(end) == '/' ? 1 : 0;
            end++;
        }
        boolean whole = end == line.length() || line.charAt(end) == ' ';
        boolean ended = end > at && line.charAt(end - 1) == ':';
        if (!whole || ended || colons < 2 && dashes != 2) {
            return false;
        }
        at = end;
        if (colons >= 2) {
            host();
        }
        return true;
    }

    /** {@code Jun  3 10:11:12 host}. */
    private boolean syslogDate() {
        for (String month : MONTHS) {
            if (line.startsWith(month, at)) {
                int time = at + 7;
                if (line.length() > time + 9 && line.charAt(time + 2) == ':' && line.charAt(time + 5) == ':') {
                    at = time + 8;
                    host();
                    return true;
                }
            }
        }
        return false;
    }

    /** The word after a syslog date, if a program's name follows it. */
    private void host() {
        int start = at;
        blanks();
        int blank = line.indexOf(' ', at);
        if (blank < 0) {
            at = start;
            return;
        }
        at = blank + 1;
        if (!program()) {
            at = start;
        }
    }

    /** {@code I0210 20:58:33.286159   22261 main.go:110]}, and what docker-machine adds: {@code libmachine: (minikube) DBG |}. */
    private boolean goLog() {
        if (line.startsWith(MACHINE, at)) {
            int bar = line.indexOf(" | ", at);
            if (bar > 0 && bar - at < LONGEST_NAME) {
                at = bar + 3;
                return true;
            }
        }
        boolean level = "IWEF".indexOf(line.charAt(at)) >= 0 && line.length() > at + 6 && line.charAt(at + 5) == ' ';
        if (!level || !digits(line.substring(at + 1, at + 5), 0)) {
            return false;
        }
        int end = line.indexOf("] ", at);
        if (end < 0 || end - at > LONGEST_NAME || line.lastIndexOf(".go:", end) < at) {
            return false;
        }
        at = end + 2;
        return true;
    }

    /** {@code kernel:}, {@code kvm [1234]:}, {@code qemu-system-x86_64[12]:}, {@code kvm_intel:}. */
    private boolean program() {
        for (String program : PROGRAMS) {
            if (line.startsWith(program, at) && program(at + program.length())) {
                return true;
            }
        }
        return process();
    }

    /** Any program with the number of its process: {@code QEMU[2997]:}, {@code Docker[com.docker.driver][667] <Notice>:}. */
    private boolean process() {
        int end = at;
        while (end < line.length() && isName(line.charAt(end))) {
            end++;
        }
        int open = end;
        boolean numbered = false;
        while (end > at && end < line.length() && line.charAt(end) == '[') {
            int close = line.indexOf(']', end);
            if (close < 0 || close - end > LONGEST_NAME) {
                return false;
            }
            numbered = digits(line, end + 1, close);
            end = close + 1;
        }
        if (end == open || !numbered) {
            return false;
        }
        if (line.startsWith(" <", end)) {
            end = Math.max(end, line.indexOf('>', end) + 1);
        }
        if (end >= line.length() || line.charAt(end) != ':') {
            return false;
        }
        at = end + 1;
        return true;
    }

    private static boolean isName(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '/';
    }

    private static boolean digits(String text, int from, int to) {
        return from < to && text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private boolean program(int from) {
        int end = from;
        while (end < line.length() && line.charAt(end) == ' ') {
            end++;
        }
        String process = "";
        if (end < line.length() && line.charAt(end) == '[') {
            int close = line.indexOf(']', end);
            if (close < 0 || close - end > 12) {
                return false;
            }
            process = line.substring(end + 1, close);
            if (!digits(process, 0)) {
                return false;
            }
            end = close + 1;
        }
        if (end >= line.length() || line.charAt(end) != ':') {
            return false;
        }
        if (!process.isEmpty() && line.startsWith("kvm", at)) {
            tag = process;
        }
        at = end + 1;
        return true;
    }
}
