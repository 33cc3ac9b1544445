//! Temporary: functions still taken lane by lane.
macro_rules! lanes { ($($name:ident = $f:path),*) => { $(#[inline(always)] pub(crate) fn $name(x: f64) -> f64 { $f(x) })* } }
lanes!(
    cbrt = pxfm::f_cbrt,
    log2 = pxfm::f_log2,
    log10 = pxfm::f_log10,
    asin = pxfm::f_asin,
    acos = pxfm::f_acos,
    atan = pxfm::f_atan,
    sinh = pxfm::f_sinh,
    cosh = pxfm::f_cosh,
    tanh = pxfm::f_tanh,
    asinh = pxfm::f_asinh,
    acosh = pxfm::f_acosh,
    atanh = pxfm::f_atanh,
    erf = pxfm::f_erf,
    gamma = pxfm::f_tgamma,
    digamma = pxfm::f_digamma,
    trigamma = pxfm::f_trigamma
);
#[inline(always)]
pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    pxfm::f_atan2(y, x)
}
#[inline(always)]
pub(crate) fn hypot(y: f64, x: f64) -> f64 {
    pxfm::f_hypot(y, x)
}
