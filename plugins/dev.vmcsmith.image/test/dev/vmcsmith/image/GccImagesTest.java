// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader finds in programs of a real compiler is what binutils find in them. */
class GccImagesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-2 -gstrict-dwarf", "-gdwarf-3", "-gdwarf-4", "-gdwarf-4 -gdwarf64", "-gdwarf-5 -O2",
        "-gdwarf-4 -fdebug-types-section", "-gdwarf-4 -O2 -ffunction-sections -Wl,--gc-sections", "-gdwarf-4 -gz=zlib"})
    void everyAddressHasTheLineThatAddr2lineGives(String options) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, options.split(" ")));
        List<Long> addresses = codeAddresses(image);
        List<String> command = new ArrayList<>(List.of("addr2line", "-e", "program.elf"));
        addresses.forEach(address -> command.add(Long.toHexString(address)));
        List<String> expected = Samples.run(directory, command.toArray(String[]::new)).lines()
                .map(line -> line.replaceAll(" \\(discriminator \\d+\\)", "")).toList();
        for (int i = 0; i < addresses.size(); i++) {
            assertEquals(known(expected.get(i)), known(line(image, addresses.get(i))), "line of 0x" + Long.toHexString(addresses.get(i)));
        }
        assertTrue(image.lines().files().contains(directory.toRealPath().resolve("sub/second.c").toString()));
    }

    /** addr2line of binutils 2.40 mixes up the files of version 5, so gdb is asked. */
    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-5", "-gdwarf-5 -gdwarf64", "-gdwarf-5 -gz=zlib", "-gdwarf-5 -fdebug-types-section",
        "-g -gdwarf-5 -gsplit-dwarf"})
    void everyAddressHasTheLineThatGdbGives(String options) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, options.split(" ")));
        List<Long> addresses = codeAddresses(image);
        List<String> command = new ArrayList<>(List.of("gdb", "-batch", "-nx"));
        addresses.forEach(address -> command.addAll(List.of("-ex", "info line *" + address)));
        command.add("program.elf");
        List<String> answers = Samples.run(directory, command.toArray(String[]::new)).lines().filter(line -> line.startsWith("Line "))
                .toList();
        assertEquals(addresses.size(), answers.size());
        for (int i = 0; i < answers.size(); i++) {
            String[] words = answers.get(i).split(" |\"");
            String actual = line(image, addresses.get(i));
            assertTrue(actual.endsWith("/" + words[4] + ":" + words[1]), answers.get(i) + " but " + actual);
        }
        assertTrue(image.lines().files().contains(directory.toRealPath().resolve("sub/helper.h").toString()));
    }

    private static List<Long> codeAddresses(BootImage image) {
        List<Long> addresses = new ArrayList<>();
        for (Segment segment : image.segments()) {
            if (segment.name().equals(".text")) {
                for (long i = 0; i < segment.memorySize(); i++) {
                    addresses.add(segment.virtualAddress() + i);
                }
            }
        }
        assertTrue(addresses.size() > 50);
        return addresses;
    }

    private static String line(BootImage image, long address) {
        return image.lines().at(address).map(row -> row.file() + ":" + row.line()).orElse("??:?");
    }

    /** addr2line says {@code FILE:0} or {@code FILE:?} where no line is known. */
    private static String known(String line) {
        return line.endsWith(":0") || line.endsWith(":?") ? "??" : line;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-m64", "-m32"})
    void symbolsAndSegmentsAreThoseOfReadelf(String mode) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, "-g", mode));
        assertEquals(mode.equals("-m64") ? 64 : 32, image.bits());
        String symbols = Samples.run(directory, "readelf", "-s", "-W", "program.elf");
        for (String name : List.of("_start", "sum", "table", "header")) {
            Symbol symbol = image.symbols().find(name).orElseThrow();
            String row = symbols.lines().filter(line -> line.endsWith(" " + name)).findFirst().orElseThrow();
            String[] columns = row.strip().split("\\s+");
            assertEquals(Long.parseLong(columns[1], 16), symbol.address(), name);
            assertEquals(Long.parseLong(columns[2]), symbol.size(), name);
        }
        long inside = image.symbols().find("sum").orElseThrow().address() + 3;
        assertEquals("sum+0x3", image.symbols().nearest(inside).orElseThrow().toString());
        String headers = Samples.run(directory, "readelf", "-l", "-W", "program.elf");
        String expected = headers.lines().map(String::strip).filter(line -> line.startsWith("LOAD"))
                .map(line -> line.split("\\s+")).map(c -> Long.decode(c[2]) + " " + Long.decode(c[3]) + " " + Long.decode(c[5]))
                .collect(Collectors.joining("\n"));
        assertEquals(expected, image.segments().stream().map(s -> s.virtualAddress() + " " + s.physicalAddress() + " " + s.memorySize())
                .collect(Collectors.joining("\n")));
    }

    @Test
    void aBreakpointLineHasTheAddressThatGdbChooses() throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, "-g"));
        String source = directory.toRealPath().resolve("sub/second.c").toString();
        long expected = Long.decode(Samples.run(directory, "gdb", "-batch", "-nx", "-ex", "info line second.c:5", "program.elf")
                .replaceAll("(?s).*starts at address (0x[0-9a-f]+).*", "$1"));
        assertEquals(List.of(expected), image.lines().addresses(source, 5));
        assertEquals(List.of(expected), image.lines().addresses("sub/second.c", 5));
        assertEquals(11, image.lines().lineWithCode(source, 9));
        assertTrue(image.lines().startsStatement(expected));
    }

    /** Places in the frame and sizes are asked of gdb. */
    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -m64", "-gdwarf-5 -gz=zlib"})
    void variablesAreThoseThatGdbFinds(String options) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, options.split(" ")));
        List<Variable> ofSum = image.variables().stream().filter(v -> v.visibleAt(image.symbols().address("sum").orElseThrow())).toList();
        assertTrue(!ofSum.isEmpty(), image.variables().toString());
        String scope = Samples.run(directory, "gdb", "-batch", "-nx", "-ex", "info scope sum", "program.elf");
        for (Variable variable : ofSum) {
            assertTrue(variable.inFrame(), variable.toString());
            assertTrue(Pattern.compile("Symbol " + variable.name() + " is [^,]*DW_OP_fbreg " + variable.place() + "\\s*, length "
                    + variable.size()).matcher(scope).find(), variable + " in " + scope);
        }
    }

    /** Where an optimising compiler keeps variables from one instruction to another is asked of gdb. */
    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-4 -O2", "-gdwarf-5 -O2", "-gdwarf-5 -O1 -m32"})
    void variablesThatMoveAreWhereGdbFindsThem(String options) throws Exception {
        BootImage image = ElfReader.read(Samples.gcc(directory, options.split(" ")));
        long start = image.symbols().address("sum").orElseThrow();
        long end = start + image.symbols().find("sum").orElseThrow().size();
        String scope = Samples.run(directory, "gdb", "-batch", "-nx", "-ex", "info scope sum", "program.elf");
        List<String> names = image.bits() == 64 ? List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
                "r12", "r13", "r14", "r15") : List.of("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi");
        List<String> expected = new ArrayList<>();
        String symbol = "";
        for (String line : scope.lines().toList()) {
            Matcher range = Pattern.compile(" +Range 0x([0-9a-f]+)-0x([0-9a-f]+): (?:a variable in \\$(\\w+)|the constant (\\d+))").matcher(line);
            if (line.startsWith("Symbol ")) {
                symbol = line.split(" ")[1];
            } else if (range.matches()) {
                expected.add(symbol + " " + range.group(1) + " " + range.group(2) + " "
                        + (range.group(3) == null ? range.group(4) : range.group(3)));
            }
        }
        assertTrue(expected.size() >= 2, scope);
        List<String> found = image.variables().stream().filter(v -> v.low() >= start && v.low() < end)
                .filter(v -> v.home() == Variable.Home.REGISTER || v.home() == Variable.Home.CONSTANT)
                .map(v -> v.name() + " " + Long.toHexString(v.low()) + " " + Long.toHexString(v.high()) + " "
                        + (v.home() == Variable.Home.REGISTER ? names.get(v.register()) : Long.toString(v.place()))).toList();
        assertTrue(found.containsAll(expected), "expected " + expected + "\nfound " + found);
    }

    @Test
    void damagedDescriptionsOfVariablesAreLeftOut() throws Exception {
        byte[] good = Files.readAllBytes(Samples.gcc(directory, "-gdwarf-5"));
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            for (int k = 0; k < 20; k++) {
                bad[bad.length / 4 + random.nextInt(bad.length * 3 / 4)] = (byte) random.nextInt();
            }
            try {
                ElfReader.read(Files.write(directory.resolve("bad.elf"), bad)).variables();
            } catch (ImageFormatException e) {
                assertTrue(!e.getMessage().isBlank());
            }
        }
    }

    @Test
    void whatCannotBootSaysWhatToDo() throws Exception {
        Samples.gcc(directory, "-g");
        Samples.run(directory, "gcc", "-c", "-o", "object.o", "main.c");
        Samples.run(directory, "gcc", "-shared", "-fPIC", "-nostdlib", "-o", "shared.so", "sub/second.c");
        assertTrue(ImageErrorsTest.message(Files.readAllBytes(directory.resolve("object.o"))).contains("link it with ld"));
        assertTrue(ImageErrorsTest.message(Files.readAllBytes(directory.resolve("shared.so"))).contains("-no-pie"));
    }
}
