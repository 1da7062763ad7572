#if arch(arm)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  /// `InstructionSet.addPairProducts` for one row and one panel, as the floats' target of 32-bit ARM asks for them: eight
  /// accumulators of 2 channels x 2 inputs, whose neighbours are added at the end.
  @c(kqs_add_pair_products_neon)
  public func addPairProducts(_ tile: UnsafeRawPointer, _ sum: UnsafeMutableRawPointer) {
    let tile = tile.load(as: Int16Tile.self)
    var products = InlineArray<8, int32x4_t>(repeating: .zero)
    var k = 0
    while k < tile.pairs {
      let pair = (tile.rows + k &* 4).loadUnaligned(as: Int32.self)
      let x = unsafeBitCast(SIMD2<Int32>(repeating: pair), to: int16x4_t.self)
      var e = 0
      while e < 8 {
        let w = (tile.panels + (k &* Tile.bytes &+ e &* 8)).loadUnaligned(as: int16x4_t.self)
        products[unchecked: e] = vmlal_s16(products[unchecked: e], w, x)
        e &+= 1
      }
      k &+= 1
    }
    var e = 0
    while e < 4 {
      let place = sum + e &* 16
      let pairs = NEONTile.pairs(products[unchecked: 2 &* e], products[unchecked: 2 &* e &+ 1])
      place.storeBytes(of: place.loadUnaligned(as: int32x4_t.self) &+ pairs, as: int32x4_t.self)
      e &+= 1
    }
  }
#endif
