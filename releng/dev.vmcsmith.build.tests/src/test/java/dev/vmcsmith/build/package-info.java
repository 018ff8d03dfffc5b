// SPDX-License-Identifier: EPL-2.0
/**
 * Tests of the build's results as a whole: the arrows between the bundles, the command line as users start it, and the
 * installation of the feature. What belongs to one bundle is tested beside that bundle, never here.
 */
package dev.vmcsmith.build;
