#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  enum AVX512VNNI: InstructionSet {
    @inline(__always) static var floatRows: Int { 6 }
    @inline(__always) static var floatPanels: Int { 4 }
    @inline(__always) static var byteOffset: Int32 { 0 }
    @inline(__always) static var maximumDepth: Int { Tile.maximumInputs }

    @inline(__always)
    static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @inline(__always)
    static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      _mm512_cvtepi32_ps(unsafeBitCast(x, to: __m512i.self))
    }

    @inline(__always)
    static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      unsafeBitCast(_mm512_cvtepi32_epi8(unsafeBitCast(x, to: __m512i.self)), to: SIMD16<UInt8>.self)
    }
  }
#endif
