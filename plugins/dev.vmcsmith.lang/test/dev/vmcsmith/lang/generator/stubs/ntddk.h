/* SPDX-License-Identifier: EPL-2.0 */
#include <stddef.h>
#define __int64 long long
#define __inline inline
