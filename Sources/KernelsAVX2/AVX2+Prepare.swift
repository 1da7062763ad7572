#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// `vpmaddubsw` multiplies 32 bytes at once but saturates its sums of two products at 32,767. Whether a pair of weights
  /// can come to that is seen by the greatest bytes that the rows have in its two input channels: weights of one sign
  /// make the largest sum with those, and weights of two signs never add up in magnitude. Of a pair that can, 64 in
  /// magnitude are multiplied first and the rest, at most 64, in a step of its own: 2 * 255 * 64 = 32,640. So every sum
  /// is exact, whatever weights and rows are.
  extension AVX2: PreparingInstructionSet {
    @inline(never)
    static func maxima(
      _ rows: UnsafeRawPointer, count: Int, stride: Int, channels: Int, into maxima: UnsafeMutableRawPointer
    ) {
      var channel = 0
      while channel < channels {
        var most = __m256i.zero
        var place = rows + channel
        var left = count
        while left > 0 {
          most = _mm256_max_epu8(most, place.loadUnaligned(as: __m256i.self))
          place += stride
          left &-= 1
        }
        (maxima + channel).storeBytes(of: most, as: __m256i.self)
        channel &+= 32
      }
    }

    @inline(never)
    static func prepare(
      _ weights: UnsafeRawPointer, depth: Int, maxima: UnsafeRawPointer, into memory: UnsafeMutableRawPointer
    ) {
      let prepared = PreparedWeights(memory)
      var count = 0
      var step = 0
      while step < depth {
        let most = fourBytes(maxima + step &* Tile.inputs)
        let source = weights + step &* Tile.bytes
        let place = prepared.tiles + step &* Tile.bytes
        let low = source.loadUnaligned(as: __m256i.self)
        let high = (source + 32).loadUnaligned(as: __m256i.self)
        place.storeBytes(of: low, as: __m256i.self)
        (place + 32).storeBytes(of: high, as: __m256i.self)
        // Always written, and kept where it is one: a branch would be guessed wrong too often.
        prepared.low.steps[count] = UInt32(truncatingIfNeeded: step)
        count &+= holdSaturated(_mm256_maddubs_epi16(most, low), _mm256_maddubs_epi16(most, high)) ? 1 : 0
        step &+= 1
      }
      if depth & 1 != 0 {
        // Tiles are multiplied by twos.
        let place = prepared.tiles + depth &* Tile.bytes
        place.storeBytes(of: .zero, as: __m256i.self)
        (place + 32).storeBytes(of: .zero, as: __m256i.self)
      }
      split(prepared, count, maxima)
    }

    /// Splits the tiles of the first `count` steps of `prepared.low`, which become those that have a rest.
    @inline(__always)
    static func split(_ prepared: PreparedWeights, _ count: Int, _ maxima: UnsafeRawPointer) {
      var low = 0
      var high = 0
      var i = 0
      while i < count {
        let step = prepared.low.steps[i]
        let most = fourBytes(maxima + Int(step) &* Tile.inputs)
        let place = prepared.tiles + Int(step) &* Tile.bytes
        low &+= split(place, most, prepared.low, low, step)
        high &+= split(place + 32, most, prepared.high, high, step)
        i &+= 1
      }
      prepared.low.count.pointee = low
      prepared.high.count.pointee = high
    }

    /// Takes from half a tile what is too large in it.
    ///
    /// - Returns: 1 where there is such a rest, else 0.
    @inline(__always)
    static func split(
      _ place: UnsafeMutableRawPointer, _ most: __m256i, _ rests: PreparedWeights.Rests, _ count: Int,
      _ step: UInt32
    ) -> Int {
      let weights = place.loadUnaligned(as: __m256i.self)
      let sums = _mm256_maddubs_epi16(most, weights)
      let saturated = _mm256_or_si256(
        _mm256_cmpeq_epi16(sums, words(.max)), _mm256_cmpeq_epi16(sums, words(.min)))
      let bounded = _mm256_max_epi8(_mm256_min_epi8(weights, bytes(64)), bytes(-64))
      let rest = _mm256_and_si256(_mm256_sub_epi8(weights, bounded), saturated)
      place.storeBytes(of: _mm256_sub_epi8(weights, rest), as: __m256i.self)
      (rests.weights + count &* 32).storeBytes(of: rest, as: __m256i.self)
      rests.steps[count] = step
      return _mm256_movemask_epi8(saturated) == 0 ? 0 : 1
    }

    /// Whether a lane is 32,767 or -32,768: without their sign these, and no others, have the highest bit when one is added.
    @inline(__always)
    static func holdSaturated(_ a: __m256i, _ b: __m256i) -> Bool {
      let most = _mm256_max_epu16(_mm256_abs_epi16(a), _mm256_abs_epi16(b))
      return _mm256_testz_si256(_mm256_sub_epi16(most, words(-1)), words(.min)) == 0
    }

    @inline(__always)
    static func fourBytes(_ place: UnsafeRawPointer) -> __m256i {
      unsafeBitCast(SIMD8<Int32>(repeating: place.loadUnaligned(as: Int32.self)), to: __m256i.self)
    }

    @inline(__always)
    static func bytes(_ value: Int8) -> __m256i {
      unsafeBitCast(SIMD32<Int8>(repeating: value), to: __m256i.self)
    }

    @inline(__always)
    static func words(_ value: Int16) -> __m256i {
      unsafeBitCast(SIMD16<Int16>(repeating: value), to: __m256i.self)
    }
  }
#endif
