#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  enum NEON: InstructionSet {
    @inline(__always) static var floatRows: Int { 6 }
    @inline(__always) static var floatPanels: Int { 1 }
    @inline(__always) static var byteOffset: Int32 { -128 }
    @inline(__always) static var maximumDepth: Int { Tile.maximumInputs }

    @inline(__always)
    static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @inline(__always)
    static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      SIMD16(
        lowHalf: SIMD8(
          lowHalf: vcvtq_f32_s32(x.lowHalf.lowHalf), highHalf: vcvtq_f32_s32(x.lowHalf.highHalf)),
        highHalf: SIMD8(
          lowHalf: vcvtq_f32_s32(x.highHalf.lowHalf), highHalf: vcvtq_f32_s32(x.highHalf.highHalf)))
    }

    @inline(__always)
    static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      let low = SIMD8(lowHalf: vmovn_u32(x.lowHalf.lowHalf), highHalf: vmovn_u32(x.lowHalf.highHalf))
      let high = SIMD8(lowHalf: vmovn_u32(x.highHalf.lowHalf), highHalf: vmovn_u32(x.highHalf.highHalf))
      return SIMD16(lowHalf: vmovn_u16(low), highHalf: vmovn_u16(high))
    }
  }
#endif
