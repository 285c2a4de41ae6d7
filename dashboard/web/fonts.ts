/** The Chinese face for machines that have none: served by ourselves, slice by slice. */
import '@fontsource-variable/noto-sans-sc'
