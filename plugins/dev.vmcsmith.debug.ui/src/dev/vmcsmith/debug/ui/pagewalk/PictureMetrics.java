// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.debug.ui.pagewalk;

/**
 * Sizes of the font that a picture is drawn in, in pixels.
 *
 * @param characterWidth average width
 * @param lineHeight height of a line
 */
public record PictureMetrics(double characterWidth, int lineHeight) {

    /** Width that is enough for so many characters. */
    public int width(int characters) {
        return (int) Math.ceil(characters * characterWidth);
    }
}
