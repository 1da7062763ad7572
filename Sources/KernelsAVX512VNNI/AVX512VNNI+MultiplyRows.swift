#if arch(x86_64)
  import CShims
  import Kernels
  import _Builtin_intrinsics.intel

  /// Tiles of rows one below the other, in one loop with their epilogues.
  ///
  /// The multiplications that are under way when a tile ends last for about forty cycles: what takes longer until the next
  /// tile begins is lost time. So nothing is computed there that could be known before.
  extension AVX512VNNI {
    @inline(__always)
    static func multiplyRows(_ product: MultiplyInt8, _ block: Int8Block, _ ahead: WeightsAhead) -> Int {
      let rows = product.lastRow &- product.firstRow
      guard block.panelCount & 1 == 0, rows > 4, product.matrix.inputs > 0 else { return 0 }
      var tiles = RowTiles(product, block, ahead)
      return switch product.epilogue {
      case .store: multiplyRows(rows, block.panelCount, &tiles, StoreEpilogue())
      case .gelu: multiplyRows(rows, block.panelCount, &tiles, GeluEpilogue())
      case .add(let residual, let stride):
        multiplyRows(rows, block.panelCount, &tiles, AddEpilogue(residual: residual, stride: stride))
      }
    }

    @inline(__always)
    static func multiplyRows<E: Int8Epilogue>(
      _ rows: Int, _ panels: Int, _ tiles: inout RowTiles, _ epilogue: E
    ) -> Int {
      let eights = rows &- 7 &* ((rows &+ 7) / 8)
      if tiles.group.groupScales == nil, eights >= 0, panels == 2 || rows <= 16 {
        multiplyByTwo(rows, eights, panels, &tiles, epilogue)
        return rows
      }
      if panels == 2 { return 0 }
      return tiles.group.groupScales == nil
        ? multiplyByFour(rows, &tiles, epilogue, EqualScales.self)
        : multiplyByFour(rows, &tiles, epilogue, ByteScales.self)
    }

    /// Tiles of six rows and of five by four panels, as `Tile.blockRows` shares rows out.
    ///
    /// - Returns: the rows that are in them; tiles of four are left.
    @inline(__always)
    static func multiplyByFour<E: Int8Epilogue, S: GroupScales>(
      _ rows: Int, _ tiles: inout RowTiles, _ epilogue: E, _: S.Type
    ) -> Int {
      let count = (rows &+ 5) / 6
      let sixes = max(rows &- 5 &* count, 0)
      let fives = sixes > 0 ? count &- sixes : max(rows &- 4 &* count, 0)
      multiplySixes(sixes, &tiles, epilogue, S.self)
      multiplyFives(fives, &tiles, epilogue, S.self)
      return 6 &* sixes &+ 5 &* fives
    }

    /// Tiles of eight rows and of seven by two panels: half as many weights, which stay in the first-level cache from one
    /// tile to the next. The second-level cache is then left to weights that come from memory, for which few rows wait.
    @inline(__always)
    static func multiplyByTwo<E: Int8Epilogue>(
      _ rows: Int, _ eights: Int, _ panels: Int, _ tiles: inout RowTiles, _ epilogue: E
    ) {
      let count = (rows &+ 7) / 8
      tiles.part = 2 &* tiles.tile.panelStride / count
      tiles.tile.aheadStep = 2 &* Tile.bytes / count
      var half = tiles
      var panel = 0
      while panel < panels {
        tiles = half
        multiplyEights(eights, &tiles, epilogue)
        multiplySevens(count &- eights, &tiles, epilogue)
        half.advance(panels: 2)
        panel &+= 2
      }
    }

    // Separate functions, as the sum of all cases is more than the optimizer takes in one.

    @inline(never)
    static func multiplySixes<E: Int8Epilogue, S: GroupScales>(
      _ count: Int, _ tiles: inout RowTiles, _ epilogue: E, _: S.Type
    ) {
      multiply(count, &tiles, rows: 6, 4, epilogue, S.self)
    }

    @inline(never)
    static func multiplyFives<E: Int8Epilogue, S: GroupScales>(
      _ count: Int, _ tiles: inout RowTiles, _ epilogue: E, _: S.Type
    ) {
      multiply(count, &tiles, rows: 5, 4, epilogue, S.self)
    }

    @inline(never)
    static func multiplyEights<E: Int8Epilogue>(_ count: Int, _ tiles: inout RowTiles, _ epilogue: E) {
      multiply(count, &tiles, rows: 8, 2, epilogue, EqualScales.self)
    }

    @inline(never)
    static func multiplySevens<E: Int8Epilogue>(_ count: Int, _ tiles: inout RowTiles, _ epilogue: E) {
      multiply(count, &tiles, rows: 7, 2, epilogue, EqualScales.self)
    }

    /// - Parameters:
    ///   - count: of the tiles, past which `first` goes.
    ///   - rows: of each tile; a literal, like the panels, as in `multiplyTile`.
    @inline(__always)
    static func multiply<E: Int8Epilogue, S: GroupScales>(
      _ count: Int, _ first: inout RowTiles, rows: Int, _ panels: Int, _ epilogue: E, _: S.Type
    ) {
      // A copy, which need not be in memory after each tile.
      var tiles = first
      var left = count
      while left > 0 {
        epilogue.fetch(Self.self, row: tiles.row, rows: rows, channel: tiles.channel, panels: panels)
        var tile = tiles.tile
        var group = tiles.group
        var before = tiles.zeros
        var groupsLeft = tiles.groups
        tile.depth = tiles.depth
        while groupsLeft > 1 {
          var sums = zeros
          accumulate(tile, rows: rows, panels, into: &sums)
          keep(sums, group, S(group), rows: rows, panels, addingTo: before, tiles.partial)
          before = UnsafePointer(tiles.partial)
          tile.advance()
          group.advance()
          groupsLeft &-= 1
        }
        tile.depth = tiles.lastDepth
        if E.fitsBesideSums {
          var sums = zeros
          accumulate(tile, rows: rows, panels, into: &sums)
          finish(sums, tiles, group, S(group), rows: rows, panels, addingTo: before, epilogue)
        } else {
          multiply(tile, rows: rows, panels, sumStride: panels)
          finish(tiles, group, S(group), rows: rows, panels, addingTo: before, epilogue)
        }
        tiles.advance(rows: rows)
        left &-= 1
      }
      first = tiles
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
