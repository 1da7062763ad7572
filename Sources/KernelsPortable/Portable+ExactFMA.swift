import Kernels

#if arch(x86_64) || arch(arm)
  /// A fused multiply-add lane by lane, where the machine has none: ARM before VFPv4, and the rare sums that
  /// `emulatedFMA` leaves.
  extension Portable {
    /// The sum is rounded to odd: where the double sum is inexact (TwoSum gives the error) and its last bit even,
    /// it moves one place towards the exact value. A number rounded to odd with two or more extra bits rounds on
    /// as the exact value would (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
    /// algorithms using rounding to odd", 2008), subnormal results included.
    @inline(never)
    static func exactFMA(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
      var result = Vector.zero
      var i = 0
      while i < 16 {
        let product = Double(a[i]) * Double(b[i])
        let addend = Double(c[i])
        let sum = product + addend
        let part = sum - product
        let error = (product - (sum - part)) + (addend - part)
        var bits = sum.bitPattern
        // Infinities and NaN have the error NaN, which is neither below nor above zero.
        if error < 0 || error > 0, bits & 1 == 0 {
          bits = (error < 0) == (sum < 0) ? bits &+ 1 : bits &- 1
        }
        result[i] = Float(Double(bitPattern: bits))
        i &+= 1
      }
      return result
    }
  }
#endif
