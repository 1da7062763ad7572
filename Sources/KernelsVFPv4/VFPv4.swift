#if arch(arm)
  import CShims
  import Kernels

  /// 32-bit ARM with VFPv4. NEON computes the integers; floats are left to VFP, lane by lane, because the NEON
  /// of 32-bit ARM takes subnormals for zeros (docs/numerics.md). This target is compiled without NEON for that.
  enum VFPv4: Int8InstructionSet {
    @inline(__always) static var tileRows: Int { 1 }
    @inline(__always) static var tilePanels: Int { 1 }
    @inline(__always) static var byteOffset: Int32 { -128 }
    @inline(__always) static var unrolledRows: Int { 0 }

    @inline(__always)
    static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @inline(__always)
    static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      var floats = Vector.zero
      for i in 0..<16 { floats[i] = Float(x[i]) }
      return floats
    }

    /// Of one row and one panel, as tiles are here.
    @inline(__always)
    static func addPairProducts(
      _ tile: Int16Tile, rows: Int, panels: Int, to sums: inout InlineArray<24, SIMD16<Int32>>
    ) {
      withUnsafePointer(to: tile) { tile in
        withUnsafeMutablePointer(to: &sums) { kqs_add_pair_products_neon(tile, $0) }
      }
    }

    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) { withUnsafePointer(to: tile) { kqs_multiply_tile_neon($0) } }
  }
#endif
