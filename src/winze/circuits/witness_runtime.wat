;; What a circom witness program needs around it, as WebAssembly rather than as Python callbacks:
;; a witness is read out in one call instead of nine for each of its elements, and nothing of one
;; thread's computation passes through state that threads share.
;;
;; The program imports its "runtime" from here, so it exists later than this module: what is needed
;; of it stands in the table `program` before anything is called.
(module
  (type $word (func (result i32)))
  (type $choose (func (param i32)))
  (type $word_at (func (param i32) (result i32)))

  ;; 0: getMessageChar, 1: getWitness, 2: readSharedRWMemory.
  (table (export "program") 3 funcref)
  (memory (export "messages") 1)
  (memory (export "witness") 0)
  (global $written (export "messages_bytes") (mut i32) (i32.const 0))

  ;; The program goes on after telling, with whatever it has; stopping is what the caller wants.
  (func (export "exceptionHandler") (param $code i32)
    (unreachable))

  ;; Each message ends with a 0. What finds no room in the one page is dropped.
  (func (export "printErrorMessage") (local $character i32)
    (loop $next
      (local.set $character (call_indirect (type $word) (i32.const 0)))
      (if (i32.lt_u (global.get $written) (i32.const 0x10000))
        (then
          (i32.store8 (global.get $written) (local.get $character))
          (global.set $written (i32.add (global.get $written) (i32.const 1)))))
      (br_if $next (local.get $character))))

  ;; Circuits that log would do so here; ours must not, for what they know is private.
  (func (export "writeBufferMessage"))
  (func (export "showSharedRWMemory"))

  ;; Puts the first $count elements of the witness, 32 bytes each and the least significant first,
  ;; at the beginning of the memory `witness`.
  (func (export "collect") (param $count i32)
    (local $element i32) (local $part i32) (local $to i32)
    (if (i32.eq (i32.const -1)
          (memory.grow 1 (i32.add (i32.const 1) (i32.shr_u (local.get $count) (i32.const 11)))))
      (then (unreachable)))
    (loop $elements
      (call_indirect (type $choose) (local.get $element) (i32.const 1))
      (local.set $part (i32.const 0))
      (loop $parts
        (i32.store 1 (local.get $to)
          (call_indirect (type $word_at) (local.get $part) (i32.const 2)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $part (i32.add (local.get $part) (i32.const 1)))
        (br_if $parts (i32.lt_u (local.get $part) (i32.const 8))))
      (local.set $element (i32.add (local.get $element) (i32.const 1)))
      (br_if $elements (i32.lt_u (local.get $element) (local.get $count)))))
)
