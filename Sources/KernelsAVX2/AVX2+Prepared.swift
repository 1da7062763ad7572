#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// `vpmaddubsw` multiplies 32 bytes at once but saturates pair sums at 32,767. A pair of weights is safe when
  /// its sum is within -128 ... 128: bytes of activations are at most 255, 255 * 128 = 32,640, and weights of
  /// different signs never add up in magnitude. Most pairs of real weights are safe. Half a tile (8 channels x 4
  /// inputs) with an unsafe pair becomes two: its weights clamped to -64 ... 64, and what is left of them, at
  /// most 63. So every pair sum is exact, whatever the weights are.
  extension AVX2: PreparingInstructionSet {
    /// A half of a prepared panel: steps of 32 bytes of weights, and where in a row their four inputs are.
    struct Steps {
      let weights: UnsafeMutableRawPointer
      let offsets: UnsafeMutablePointer<UInt32>
      let count: UnsafeMutablePointer<Int>

      @inline(__always)
      init(_ prepared: UnsafeMutableRawPointer, half: Int) {
        let most = PreparedLimit.depth / 4 * 2
        weights = prepared + half &* most &* 32
        offsets = (prepared + (most &* 64 &+ half &* most &* 4)).assumingMemoryBound(to: UInt32.self)
        count = (prepared + (most &* 72 &+ half &* 8)).assumingMemoryBound(to: Int.self)
      }
    }

    @inline(never)
    static func prepare(_ tile: Int8Tile, _ prepared: UnsafeMutableRawPointer) {
      prepareHalf(tile, Steps(prepared, half: 0), tile.weights)
      prepareHalf(tile, Steps(prepared, half: 1), tile.weights + 32)
    }

    @inline(__always)
    static func prepareHalf(_ tile: Int8Tile, _ steps: Steps, _ weights: UnsafeRawPointer) {
      let ones = bytes(1)
      let most = unsafeBitCast(SIMD16<Int16>(repeating: 128), to: __m256i.self)
      var count = 0
      var k = 0
      while k < tile.depth {
        let w = (weights + k &* Tile.bytes).loadUnaligned(as: __m256i.self)
        let sums = _mm256_abs_epi16(_mm256_maddubs_epi16(ones, w))
        // The rest is always written, and kept where there is one: a branch would be guessed wrong too often.
        let unsafe = _mm256_movemask_epi8(_mm256_cmpgt_epi16(sums, most)) == 0 ? 0 : 1
        let bound = Int8(truncatingIfNeeded: 127 &- 63 &* unsafe)
        let clamped = _mm256_max_epi8(_mm256_min_epi8(w, bytes(bound)), bytes(0 &- bound))
        let place = steps.weights + count &* 32
        place.storeBytes(of: clamped, as: __m256i.self)
        (place + 32).storeBytes(of: _mm256_sub_epi8(w, clamped), as: __m256i.self)
        let offset = UInt32(truncatingIfNeeded: k &* Tile.inputs)
        steps.offsets[count] = offset
        steps.offsets[count &+ 1] = offset
        count &+= 1 &+ unsafe
        k &+= 1
      }
      steps.count.pointee = count
    }

    @inline(__always)
    static func multiplyPrepared(_ tile: Int8Tile, _ prepared: UnsafeRawPointer) {
      let prepared = UnsafeMutableRawPointer(mutating: prepared)
      multiplySteps(tile, Steps(prepared, half: 0), UnsafeMutableRawPointer(tile.sums))
      multiplySteps(tile, Steps(prepared, half: 1), UnsafeMutableRawPointer(tile.sums) + 32)
    }

    @inline(never)
    static func multiplySteps(_ tile: Int8Tile, _ steps: Steps, _ sums: UnsafeMutableRawPointer) {
      switch tile.rowCount {
      case 1: multiply(tile, 1, steps, sums)
      case 2: multiply(tile, 2, steps, sums)
      case 3: multiply(tile, 3, steps, sums)
      case 4: multiply(tile, 4, steps, sums)
      case 5: multiply(tile, 5, steps, sums)
      default: multiply(tile, 6, steps, sums)
      }
    }

    /// Per row, one accumulator of 8 channels.
    @inline(__always)
    static func multiply(
      _ tile: Int8Tile, _ rowCount: Int, _ steps: Steps, _ place: UnsafeMutableRawPointer
    ) {
      let ones = unsafeBitCast(SIMD16<Int16>(repeating: 1), to: __m256i.self)
      var sums = InlineArray<6, __m256i>(repeating: .zero)
      let count = steps.count.pointee
      var step = 0
      while step < count {
        let w = (steps.weights + step &* 32).loadUnaligned(as: __m256i.self)
        let rows = tile.rows + Int(steps.offsets[step])
        var r = 0
        while r < rowCount {
          let four = (rows + r &* tile.rowStride).loadUnaligned(as: Int32.self)
          let x = unsafeBitCast(SIMD8<Int32>(repeating: four), to: __m256i.self)
          let pairs = _mm256_maddubs_epi16(x, w)
          sums[unchecked: r] = add(sums[unchecked: r], _mm256_madd_epi16(pairs, ones))
          r &+= 1
        }
        step &+= 1
      }
      var r = 0
      while r < rowCount {
        let place = place + r &* 4 &* Tile.bytes
        var channels = sums[unchecked: r]
        if tile.accumulate { channels = add(channels, place.loadUnaligned(as: __m256i.self)) }
        place.storeBytes(of: channels, as: __m256i.self)
        r &+= 1
      }
    }

    @inline(__always)
    static func bytes(_ value: Int8) -> __m256i {
      unsafeBitCast(SIMD32<Int8>(repeating: value), to: __m256i.self)
    }
  }
#endif
