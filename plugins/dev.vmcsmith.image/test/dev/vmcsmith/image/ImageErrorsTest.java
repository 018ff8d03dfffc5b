// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageErrorsTest {
    private static final int MUTATIONS = 20_000;

    @TempDir
    Path directory;

    static String message(byte[] file) {
        String message = assertThrows(ImageFormatException.class, () -> ElfReader.read(file, "x.elf")).getMessage();
        assertFalse(message.contains("\n"), message);
        assertTrue(message.startsWith("x.elf: "), message);
        return message;
    }

    @Test
    void aMissingFileAndADirectoryAreNamed() {
        Path missing = directory.resolve("none.elf");
        assertEquals(missing + ": there is no such file; check the path",
                assertThrows(ImageFormatException.class, () -> ImageSources.read(missing, ImageOptions.DEFAULT)).getMessage());
        assertTrue(assertThrows(ImageFormatException.class, () -> ElfReader.read(directory)).getMessage().contains("is a directory"));
    }

    @Test
    void aCompressedImageIsExpandedAndADamagedOneRefused() throws Exception {
        byte[] elf = ElfWriter.write(Samples.image(32));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(elf);
        }
        Path file = Files.write(directory.resolve("image.gz"), packed.toByteArray());
        assertEquals(ElfReader.read(elf, "x.elf").entry(), ElfReader.read(file).entry());
        assertTrue(ImageFile.recognizes(file));
        assertFalse(ImageFile.recognizes(Files.write(directory.resolve("text"), "ELF".getBytes(StandardCharsets.US_ASCII))));
        for (int size : new int[] {2, 9, packed.size() / 2, packed.size() - 1}) {
            Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(packed.toByteArray(), size));
            assertEquals(size > 20, ImageFile.recognizes(cut));
            assertEquals(cut + ": the compressed file is damaged; build or copy it again",
                    assertThrows(ImageFormatException.class, () -> ElfReader.read(cut)).getMessage());
        }
        assertThrows(ZipException.class, () -> Gzip.expanded(packed.toByteArray(), elf.length - 1));
        assertEquals(elf.length, Gzip.expanded(packed.toByteArray(), elf.length).length);
    }

    @Test
    void anEmptyFileTextAndAForeignProcessorAreRefused() {
        assertTrue(message(new byte[0]).contains("the file is empty"));
        assertTrue(message("machine { }".getBytes(StandardCharsets.UTF_8)).contains("not an ELF file"));
        byte[] arm = ElfWriter.write(Samples.image(32));
        arm[18] = 40;
        assertTrue(message(arm).contains("another processor (machine 40)"));
        byte[] big = ElfWriter.write(Samples.image(32));
        big[5] = 2;
        assertTrue(message(big).contains("little-endian"));
    }

    @Test
    void everyTruncationIsRefusedWithOneLine() {
        for (int bits : new int[] {32, 64}) {
            byte[] whole = ElfWriter.write(Samples.image(bits));
            for (int size = 0; size < whole.length; size++) {
                message(Arrays.copyOf(whole, size));
            }
        }
    }

    @Test
    void mutatedFilesAreReadOrRefusedButNothingElse() {
        byte[] whole = ElfWriter.write(Samples.image(64));
        mutate(whole, MUTATIONS, new Random(1));
        mutate(ElfWriter.write(Samples.image(32)), MUTATIONS, new Random(2));
    }

    @Test
    void mutatedFilesOfARealCompilerAreReadOrRefusedButNothingElse() throws Exception {
        for (String options : new String[] {"-gdwarf-4", "-gdwarf-5", "-gdwarf-5 -gz=zlib"}) {
            mutate(Files.readAllBytes(Samples.gcc(directory, options.split(" "))), MUTATIONS / 4, new Random(3));
        }
    }

    private static void mutate(byte[] whole, int count, Random random) {
        for (int i = 0; i < count; i++) {
            byte[] broken = whole.clone();
            for (int change = random.nextInt(8); change >= 0; change--) {
                int at = random.nextInt(4) == 0 ? random.nextInt(128) : random.nextInt(broken.length);
                broken[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) 0xFF;
                    case 1 -> 0;
                    case 2 -> (byte) (broken[at] ^ 1 << random.nextInt(8));
                    default -> (byte) random.nextInt();
                };
            }
            try {
                BootImage image = ElfReader.read(broken, "x.elf");
                image.lines().at(image.entry());
                image.symbols().nearest(image.entry());
            } catch (ImageFormatException e) {
                assertFalse(e.getMessage().contains("\n"), e.getMessage());
            }
        }
    }

    @Test
    void aDamagedNoteSaysToCompileAgain() {
        for (String text : new String[] {"nonsense", "exits", "exits \"a\" x", "exits \"a", "count \"a\" 1 \"cpuid\" ~ 3", "later \"a\" 1"}) {
            String message = assertThrows(ImageFormatException.class, () -> Expectations.decode(text)).getMessage();
            assertTrue(message.contains("compile the setup again"), message);
        }
        assertThrows(ImageFormatException.class, () -> MachineConfig.decode("memory=-1"));
        assertThrows(ImageFormatException.class, () -> MachineConfig.decode("cpus=99999999999"));
    }

    @Test
    void aMachineNoteOfALaterVersionIsReadAsFarAsItIsKnown() throws Exception {
        MachineConfig config = MachineConfig.decode("cpu=\"haswell\"\ncolour=\"red\"\n");
        assertEquals("haswell", config.cpu());
        assertEquals(MachineConfig.DEFAULT.memoryBytes(), config.memoryBytes());
    }
}
