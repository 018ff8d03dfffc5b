// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.lang.parser;

import org.eclipse.xtext.conversion.IValueConverter;
import org.eclipse.xtext.conversion.ValueConverter;
import org.eclipse.xtext.conversion.ValueConverterException;
import org.eclipse.xtext.conversion.impl.AbstractDeclarativeValueConverterService;
import org.eclipse.xtext.nodemodel.INode;

/** The values of tokens: numbers of 64 bits, text without quotes and escapes, labels without their colon. */
public class HvValueConverters extends AbstractDeclarativeValueConverterService {
    private interface Reading<T> {
        T read(String token) throws IllegalArgumentException;
    }

    private static <T> IValueConverter<T> reading(Reading<T> reading) {
        return new IValueConverter<>() {
            @Override
            public T toValue(String token, INode node) {
                if (token == null) {
                    return null; // the parser recovers from an error
                }
                try {
                    return reading.read(token);
                } catch (IllegalArgumentException e) {
                    throw new ValueConverterException(e.getMessage(), node, e);
                }
            }

            @Override
            public String toString(T value) {
                return String.valueOf(value);
            }
        };
    }

    @ValueConverter(rule = "NUMBER")
    public IValueConverter<Long> number() {
        return reading(Literals::number);
    }

    @ValueConverter(rule = "STRING")
    public IValueConverter<String> string() {
        return reading(token -> Literals.text(token, '"', '"', false));
    }

    @ValueConverter(rule = "CHARS")
    public IValueConverter<String> characters() {
        return reading(token -> Literals.text(token, '\'', '\'', false));
    }

    @ValueConverter(rule = "AsmLabelName")
    public IValueConverter<String> label() {
        return reading(token -> token.endsWith(":") ? token.substring(0, token.length() - 1) : token);
    }

    @ValueConverter(rule = "TextPart")
    public IValueConverter<String> textPart() {
        return reading(token -> Literals.text(token, '"', '"', true));
    }

    @ValueConverter(rule = "TextStart")
    public IValueConverter<String> textStart() {
        return reading(token -> Literals.text(token, '"', '{', true));
    }

    @ValueConverter(rule = "TextMiddle")
    public IValueConverter<String> textMiddle() {
        return reading(token -> Literals.text(token, '}', '{', true));
    }

    @ValueConverter(rule = "TextEnd")
    public IValueConverter<String> textEnd() {
        return reading(token -> Literals.text(token, '}', '"', true));
    }
}
