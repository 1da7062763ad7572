#if arch(arm64)
  import _Builtin_intrinsics.arm.neon

  /// What all ARM64 instruction sets share: everything but the integer product.
  public protocol NEONInstructionSet: Int8InstructionSet {}

  extension NEONInstructionSet {
    @_alwaysEmitIntoClient @inline(__always) public static var tileRows: Int { 6 }
    @_alwaysEmitIntoClient @inline(__always) public static var tilePanels: Int { 1 }
    @_alwaysEmitIntoClient @inline(__always) public static var byteOffset: Int32 { -128 }
    @_alwaysEmitIntoClient @inline(__always) public static var unrolledRows: Int { 6 }

    @_alwaysEmitIntoClient @inline(__always)
    public static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      SIMD16(
        lowHalf: SIMD8(
          lowHalf: vcvtq_f32_s32(x.lowHalf.lowHalf), highHalf: vcvtq_f32_s32(x.lowHalf.highHalf)),
        highHalf: SIMD8(
          lowHalf: vcvtq_f32_s32(x.highHalf.lowHalf), highHalf: vcvtq_f32_s32(x.highHalf.highHalf)))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> {
      SIMD16(
        lowHalf: SIMD8(
          lowHalf: vmaxq_s32(a.lowHalf.lowHalf, b.lowHalf.lowHalf),
          highHalf: vmaxq_s32(a.lowHalf.highHalf, b.lowHalf.highHalf)),
        highHalf: SIMD8(
          lowHalf: vmaxq_s32(a.highHalf.lowHalf, b.highHalf.lowHalf),
          highHalf: vmaxq_s32(a.highHalf.highHalf, b.highHalf.highHalf)))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> SIMD16<UInt32> {
      SIMD16(
        lowHalf: SIMD8(
          lowHalf: vmaxq_u32(a.lowHalf.lowHalf, b.lowHalf.lowHalf),
          highHalf: vmaxq_u32(a.lowHalf.highHalf, b.lowHalf.highHalf)),
        highHalf: SIMD8(
          lowHalf: vmaxq_u32(a.highHalf.lowHalf, b.highHalf.lowHalf),
          highHalf: vmaxq_u32(a.highHalf.highHalf, b.highHalf.highHalf)))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      let low = SIMD8(lowHalf: vmovn_u32(x.lowHalf.lowHalf), highHalf: vmovn_u32(x.lowHalf.highHalf))
      let high = SIMD8(lowHalf: vmovn_u32(x.highHalf.lowHalf), highHalf: vmovn_u32(x.highHalf.highHalf))
      return SIMD16(lowHalf: vmovn_u16(low), highHalf: vmovn_u16(high))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func words(_ x: SIMD16<UInt32>) -> SIMD16<UInt16> {
      SIMD16(
        lowHalf: SIMD8(lowHalf: vmovn_u32(x.lowHalf.lowHalf), highHalf: vmovn_u32(x.lowHalf.highHalf)),
        highHalf: SIMD8(lowHalf: vmovn_u32(x.highHalf.lowHalf), highHalf: vmovn_u32(x.highHalf.highHalf)))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func addPairProducts(
      _ tile: Int16Tile, rows: Int, panels: Int, to sums: inout InlineArray<24, SIMD16<Int32>>
    ) {
      NEONPairProducts.add(tile, rows: rows, panels: panels, to: &sums)
    }
  }
#endif
