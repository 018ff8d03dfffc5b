/* SPDX-License-Identifier: EPL-2.0 */
/* as the kernel does, a field written with the width of another is an error of the compiler */
void wrong_width(void) __attribute__((error("this field has another width")));
void vmcs_write(unsigned long field, u64 value);
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define WIDTH(field, mask, ...) \
    do { if (__builtin_constant_p(field)) switch ((field) & (mask)) { __VA_ARGS__: break; default: wrong_width(); } } while (0)

ALWAYS_INLINE void vmcs_write16(unsigned long field, u16 value) { WIDTH(field, 0x6000, case 0); vmcs_write(field, value); }
ALWAYS_INLINE void vmcs_write32(unsigned long field, u32 value) { WIDTH(field, 0x6001, case 0x4000: case 0x2001); vmcs_write(field, value); }
ALWAYS_INLINE void vmcs_write64(unsigned long field, u64 value) { WIDTH(field, 0x6001, case 0x2000); vmcs_write(field, value); }
ALWAYS_INLINE void vmcs_writel(unsigned long field, unsigned long value) { WIDTH(field, 0x6000, case 0x6000); vmcs_write(field, value); }
