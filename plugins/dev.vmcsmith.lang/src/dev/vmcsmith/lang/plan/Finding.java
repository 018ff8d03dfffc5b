// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.plan;

import dev.vmcsmith.lang.Problem.Severity;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;

/**
 * Something wrong with a setup, at an object of its model.
 *
 * @param feature the part of the object that is to be marked; null for all of it
 * @param index   which value of a feature with many; -1 for a feature with one
 * @param offset  first character in the file when the place is no object (a word of assembly); -1 otherwise
 */
public record Finding(Severity severity, String code, String message, EObject object, EStructuralFeature feature, int index, int offset,
        int length) {
    static Finding error(String code, String message, EObject object, EStructuralFeature feature) {
        return new Finding(Severity.ERROR, code, message, object, feature, -1, -1, 0);
    }

    static Finding warning(String code, String message, EObject object, EStructuralFeature feature) {
        return new Finding(Severity.WARNING, code, message, object, feature, -1, -1, 0);
    }

    Finding at(int newIndex) {
        return new Finding(severity, code, message, object, feature, newIndex, offset, length);
    }

    Finding at(int newOffset, int newLength) {
        return new Finding(severity, code, message, object, feature, index, newOffset, newLength);
    }
}
