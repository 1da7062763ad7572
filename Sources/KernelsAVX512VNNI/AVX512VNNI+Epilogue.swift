#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// What `MultiplyInt8.keep` and `finish` do, for tiles of `multiplyRows`: `sums[r * panels + p]` of row r and panel p.
  ///
  /// Row by row: what belongs to the channels of the tile stays in registers, and each value of a row is loaded once. With
  /// panels outside, the loads of both would take longer than the arithmetic.
  extension AVX512VNNI {
    /// After every group but the last, on the accumulators.
    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ groupScales: S, rows: Int, _ panels: Int,
      addingTo before: UnsafePointer<Vector>, _ partial: UnsafeMutablePointer<Vector>
    ) {
      let channels = GroupChannels(group, groupScales, panels)
      // A loop would not be unrolled, and its index would send the accumulators to memory.
      keep(sums, group, channels, row: 0, panels, addingTo: before, partial)
      keep(sums, group, channels, row: 1, panels, addingTo: before, partial)
      keep(sums, group, channels, row: 2, panels, addingTo: before, partial)
      keep(sums, group, channels, row: 3, panels, addingTo: before, partial)
      keep(sums, group, channels, row: 4, panels, addingTo: before, partial)
      if rows > 5 { keep(sums, group, channels, row: 5, panels, addingTo: before, partial) }
      if rows > 6 { keep(sums, group, channels, row: 6, panels, addingTo: before, partial) }
      if rows > 7 { keep(sums, group, channels, row: 7, panels, addingTo: before, partial) }
    }

    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ channels: GroupChannels<S>, row: Int,
      _ panels: Int, addingTo before: UnsafePointer<Vector>, _ partial: UnsafeMutablePointer<Vector>
    ) {
      let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[row &* group.stride])
      let scale = Vector(repeating: group.scales[row &* group.stride])
      var p = 0
      while p < panels {
        let i = row &* panels &+ p
        let sum = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self)
        partial[i] = channels.scaled(sum, p, zeroPoint, scale, addedTo: before[i])
        p &+= 1
      }
    }

    /// After the last group, on the accumulators.
    @inline(__always)
    static func finish<S: GroupScales, E: Int8Epilogue>(
      _ sums: InlineArray<24, __m512i>, _ tiles: RowTiles, _ group: InputGroup, _ groupScales: S, rows: Int,
      _ panels: Int, addingTo before: UnsafePointer<Vector>, _ epilogue: E
    ) {
      let channels = GroupChannels(group, groupScales, panels)
      finish(sums, tiles, group, channels, row: 0, panels, addingTo: before, epilogue)
      finish(sums, tiles, group, channels, row: 1, panels, addingTo: before, epilogue)
      finish(sums, tiles, group, channels, row: 2, panels, addingTo: before, epilogue)
      finish(sums, tiles, group, channels, row: 3, panels, addingTo: before, epilogue)
      finish(sums, tiles, group, channels, row: 4, panels, addingTo: before, epilogue)
      if rows > 5 { finish(sums, tiles, group, channels, row: 5, panels, addingTo: before, epilogue) }
      if rows > 6 { finish(sums, tiles, group, channels, row: 6, panels, addingTo: before, epilogue) }
      if rows > 7 { finish(sums, tiles, group, channels, row: 7, panels, addingTo: before, epilogue) }
    }

    @inline(__always)
    static func finish<S: GroupScales, E: Int8Epilogue>(
      _ sums: InlineArray<24, __m512i>, _ tiles: RowTiles, _ group: InputGroup, _ channels: GroupChannels<S>,
      row: Int, _ panels: Int, addingTo before: UnsafePointer<Vector>, _ epilogue: E
    ) {
      let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[row &* group.stride])
      let scale = Vector(repeating: group.scales[row &* group.stride])
      let output = tiles.output + row &* tiles.outputStride
      var p = 0
      while p < panels {
        let i = row &* panels &+ p
        let channel = p &* Tile.outputs
        let sum = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self)
        let t = channels.scaled(sum, p, zeroPoint, scale, addedTo: before[i])
        let y = fma(t, Vector(at: tiles.weightScales + channel), Vector(at: tiles.bias + channel))
        epilogue.apply(Self.self, y, row: tiles.row &+ row, channel: tiles.channel &+ channel)
          .store(at: output + channel)
        p &+= 1
      }
    }

    /// After the last group, on stored sums: for an epilogue that wants the registers of the accumulators.
    @inline(__always)
    static func finish<S: GroupScales, E: Int8Epilogue>(
      _ tiles: RowTiles, _ group: InputGroup, _ groupScales: S, rows: Int, _ panels: Int,
      addingTo before: UnsafePointer<Vector>, _ epilogue: E
    ) {
      let channels = GroupChannels(group, groupScales, panels)
      var weightScales = InlineArray<4, Vector>(repeating: .zero)
      var biases = InlineArray<4, Vector>(repeating: .zero)
      var p = 0
      while p < panels {
        weightScales[unchecked: p] = Vector(at: tiles.weightScales + p &* Tile.outputs)
        biases[unchecked: p] = Vector(at: tiles.bias + p &* Tile.outputs)
        p &+= 1
      }
      var group = group
      var sums = UnsafePointer(tiles.tile.sums)
      var before = before
      var output = tiles.output
      var row = tiles.row
      let end = row &+ rows
      while row < end {
        let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[0])
        let scale = Vector(repeating: group.scales[0])
        p = 0
        while p < panels {
          let channel = p &* Tile.outputs
          let t = channels.scaled(sums[p], p, zeroPoint, scale, addedTo: before[p])
          let y = fma(t, weightScales[unchecked: p], biases[unchecked: p])
          epilogue.apply(Self.self, y, row: row, channel: tiles.channel &+ channel)
            .store(at: output + channel)
          p &+= 1
        }
        group.advance(rows: 1)
        sums += panels
        before += panels
        output += tiles.outputStride
        row &+= 1
      }
    }
  }

  /// What the epilogues need of the channels of a tile in one group of inputs.
  struct GroupChannels<S: GroupScales> {
    var corrections = InlineArray<4, SIMD16<Int32>>(repeating: .zero)
    var factors = InlineArray<4, Vector>(repeating: .zero)

    @inline(__always)
    init(_ group: InputGroup, _ scales: S, _ panels: Int) {
      var p = 0
      while p < panels {
        let columnSums = UnsafeRawPointer(group.columnSums + p &* Tile.outputs)
        corrections[unchecked: p] = AVX512VNNI.correction(columnSums.loadUnaligned(as: SIMD16<Int32>.self))
        factors[unchecked: p] = scales.factors(p)
        p &+= 1
      }
    }

    /// The float operations of `MultiplyInt8.scaled`.
    @inline(__always)
    func scaled(
      _ sum: SIMD16<Int32>, _ panel: Int, _ zeroPoint: SIMD16<Int32>, _ scale: Vector, addedTo before: Vector
    ) -> Vector {
      AVX512VNNI.fma(
        AVX512VNNI.float(AVX512VNNI.corrected(sum, zeroPoint, corrections[unchecked: panel])),
        S.product(scale, factors[unchecked: panel]), before)
    }
  }
#endif
