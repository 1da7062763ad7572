#if arch(x86_64)
  import CShims
  import Kernels
  import _Builtin_intrinsics.intel

  /// Tiles of six rows and of five by four panels, nearly all of a batch, in one loop with their epilogues.
  ///
  /// The multiplications that are under way when a tile ends last for about forty cycles: what takes longer until the next
  /// tile begins is lost time. So nothing is computed there that could be known before.
  extension AVX512VNNI {
    @inline(__always)
    static func multiplyRows(_ product: MultiplyInt8, _ block: Int8Block, _ ahead: WeightsAhead) -> Int {
      let rows = product.lastRow &- product.firstRow
      guard block.panelCount == 4, rows > 4 else { return 0 }
      // As `Tile.blockRows` shares them out: tiles of six, or of four, after or before those of five.
      let tiles = (rows &+ 5) / 6
      let sixes = max(rows &- 5 &* tiles, 0)
      let fives = sixes > 0 ? tiles &- sixes : max(rows &- 4 &* tiles, 0)
      let zeros = (product.scratch + 48 &* Tile.bytes).assumingMemoryBound(to: Vector.self)
      zeros.update(repeating: Vector(repeating: -0.0), count: 24)
      let six = RowTiles(sixes, after: 0, of: product, block, ahead, zeros: zeros)
      let five = RowTiles(fives, after: sixes, of: product, block, ahead, zeros: zeros)
      switch product.epilogue {
      case .store:
        storeSixes(six)
        storeFives(five)
      case .gelu:
        geluSixes(six)
        geluFives(five)
      case .add(let residual, let stride):
        let add = AddEpilogue(residual: residual, stride: stride)
        addSixes(six, add)
        addFives(five, add)
      }
      return 6 &* sixes &+ 5 &* fives
    }

    // Separate functions, as the sum of all cases is more than the optimizer takes in one.

    @inline(never) static func storeSixes(_ tiles: RowTiles) { multiply(tiles, rows: 6, StoreEpilogue()) }
    @inline(never) static func storeFives(_ tiles: RowTiles) { multiply(tiles, rows: 5, StoreEpilogue()) }
    @inline(never) static func geluSixes(_ tiles: RowTiles) { multiply(tiles, rows: 6, GeluEpilogue()) }
    @inline(never) static func geluFives(_ tiles: RowTiles) { multiply(tiles, rows: 5, GeluEpilogue()) }
    @inline(never) static func addSixes(_ tiles: RowTiles, _ e: AddEpilogue) { multiply(tiles, rows: 6, e) }
    @inline(never) static func addFives(_ tiles: RowTiles, _ e: AddEpilogue) { multiply(tiles, rows: 5, e) }

    /// - Parameter rows: of each tile; a literal, as in `multiplyTile`.
    @inline(__always)
    static func multiply<E: Int8Epilogue>(_ first: RowTiles, rows: Int, _ epilogue: E) {
      var tiles = first
      while tiles.count > 0 {
        epilogue.fetch(Self.self, row: tiles.row, rows: rows, channel: tiles.channel, panels: 4)
        var tile = tiles.tile
        var group = tiles.group
        var before = tiles.zeros
        var left = tiles.groups
        tile.depth = tiles.depth
        while left > 1 {
          var sums = zeros
          accumulate(tile, rows: rows, 4, into: &sums)
          if let bytes = group.groupScales {
            keep(sums, group, ByteScales(bytes: bytes), rows: rows, addingTo: before, tiles.partial)
          } else {
            keep(sums, group, EqualScales(), rows: rows, addingTo: before, tiles.partial)
          }
          before = UnsafePointer(tiles.partial)
          tile.advance()
          group.advance()
          left &-= 1
        }
        tile.depth = tiles.lastDepth
        multiply(tile, rows: rows, 4)
        if let bytes = group.groupScales {
          finish(tiles, group, ByteScales(bytes: bytes), rows: rows, addingTo: before, epilogue)
        } else {
          finish(tiles, group, EqualScales(), rows: rows, addingTo: before, epilogue)
        }
        tiles.advance(rows: rows)
      }
    }

    /// `MultiplyInt8.keep` on the accumulators.
    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ groupScales: S, rows: Int,
      addingTo before: UnsafePointer<Vector>, _ partial: UnsafeMutablePointer<Vector>
    ) {
      // A loop would not be unrolled, and its index would send the accumulators to memory.
      keep(sums, group, groupScales, rows: rows, panel: 0, addingTo: before, partial)
      keep(sums, group, groupScales, rows: rows, panel: 1, addingTo: before, partial)
      keep(sums, group, groupScales, rows: rows, panel: 2, addingTo: before, partial)
      keep(sums, group, groupScales, rows: rows, panel: 3, addingTo: before, partial)
    }

    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ groupScales: S, rows: Int, panel: Int,
      addingTo before: UnsafePointer<Vector>, _ partial: UnsafeMutablePointer<Vector>
    ) {
      let correction = correction(group, panel)
      let factors = groupScales.factors(panel)
      var r = 0
      while r < rows {
        let i = r &* 4 &+ panel
        let sum = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self)
        partial[i] = scaled(sum, group, S.self, factors, r, correction, addedTo: before[i])
        r &+= 1
      }
    }

    /// `MultiplyInt8.finish`.
    @inline(__always)
    static func finish<S: GroupScales, E: Int8Epilogue>(
      _ tiles: RowTiles, _ group: InputGroup, _ groupScales: S, rows: Int,
      addingTo before: UnsafePointer<Vector>, _ epilogue: E
    ) {
      var p = 0
      while p < 4 {
        let correction = correction(group, p)
        let factors = groupScales.factors(p)
        let channel = p &* Tile.outputs
        let weightScales = Vector(at: tiles.weightScales + channel)
        let bias = Vector(at: tiles.bias + channel)
        var r = 0
        while r < rows {
          let i = r &* 4 &+ p
          let t = scaled(tiles.tile.sums[i], group, S.self, factors, r, correction, addedTo: before[i])
          let y = fma(t, weightScales, bias)
          epilogue.apply(Self.self, y, row: tiles.row &+ r, channel: tiles.channel &+ channel)
            .store(at: tiles.output + (r &* tiles.outputStride &+ channel))
          r &+= 1
        }
        p &+= 1
      }
    }

    @inline(__always)
    static func correction(_ group: InputGroup, _ panel: Int) -> SIMD16<Int32> {
      correction(
        UnsafeRawPointer(group.columnSums + panel &* Tile.outputs).loadUnaligned(as: SIMD16<Int32>.self))
    }

    /// The float operations of `MultiplyInt8.scaled`.
    @inline(__always)
    static func scaled<S: GroupScales>(
      _ sum: SIMD16<Int32>, _ group: InputGroup, _: S.Type, _ factors: Vector, _ r: Int,
      _ correction: SIMD16<Int32>, addedTo before: Vector
    ) -> Vector {
      let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[r &* group.stride])
      let scale = S.product(Vector(repeating: group.scales[r &* group.stride]), factors)
      return fma(float(corrected(sum, zeroPoint, correction)), scale, before)
    }
  }

  extension Int8Tile {
    /// To the next group of input channels.
    @inline(__always)
    mutating func advance() {
      rows += depth &* Tile.inputs
      weights += depth &* Tile.bytes
      ahead += depth &* aheadStep
    }
  }
#endif
