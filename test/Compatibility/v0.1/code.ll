; ModuleID = 'mx'
source_filename = "mx"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@mx_record_a362306a36be9d0a = private constant [34 x i64] [i64 1, i64 1114884, i64 4259848, i64 1, i64 32, i64 0, i64 2, i64 0, i64 16, i64 1065353216, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0]
@mx_record_daacc94407448b1b = private constant [34 x i64] [i64 1, i64 1114884, i64 4259848, i64 1, i64 32, i64 0, i64 2, i64 0, i64 16, i64 1065353216, i64 1, i64 0, i64 1, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0, i64 0]
@mx_record_2246e0c95e8c8ee2 = private constant [14 x i64] [i64 1, i64 1114884, i64 4259848, i64 1, i64 32, i64 0, i64 1114884, i64 4259848, i64 1, i64 32, i64 0, i64 64, i64 1065353216, i64 0]

; Function Attrs: mustprogress nounwind willreturn allockind("free") memory(argmem: readwrite, inaccessiblemem: readwrite)
declare void @free(ptr allocptr noundef captures(none)) local_unnamed_addr #0

; Function Attrs: mustprogress nofree nounwind willreturn allockind("alloc,uninitialized") allocsize(0) memory(inaccessiblemem: readwrite)
declare noalias noundef ptr @malloc(i64 noundef) local_unnamed_addr #1

declare void @_mlir_ciface_mx_runtime_matmul_s8_s8_f32(ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr) local_unnamed_addr

declare void @_mlir_ciface_mx_runtime_quantize_f32_s8(ptr, ptr, ptr, i64, ptr, ptr, ptr, ptr) local_unnamed_addr

define { ptr, ptr, i64, [2 x i64], [2 x i64] } @product(ptr %0, ptr %1, i64 %2, i64 %3, i64 %4, i64 %5, i64 %6, ptr %7, ptr %8, i64 %9, i64 %10, i64 %11, i64 %12, i64 %13) local_unnamed_addr {
  %15 = alloca [0 x float], align 8
  %16 = alloca { i64, ptr }, align 8
  %17 = alloca { i64, ptr }, align 8
  %18 = alloca { i64, ptr }, align 8
  %19 = alloca { i64, ptr }, align 8
  %20 = alloca { i64, ptr }, align 8
  %21 = alloca { i64, ptr }, align 8
  %22 = alloca { i64, ptr }, align 8
  %23 = alloca { i64, ptr }, align 8
  %24 = alloca { i64, ptr }, align 8
  %25 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %26 = alloca { ptr, ptr, i64, [3 x i64], [3 x i64] }, align 8
  %27 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %28 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %29 = alloca { ptr, ptr, i64, [3 x i64], [3 x i64] }, align 8
  %30 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %31 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %32 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %33 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %34 = alloca { i64, ptr }, align 8
  %35 = alloca { i64, ptr }, align 8
  %36 = alloca { i64, ptr }, align 8
  %37 = alloca { i64, ptr }, align 8
  %38 = alloca { i64, ptr }, align 8
  %39 = alloca { i64, ptr }, align 8
  %40 = alloca { i64, ptr }, align 8
  %41 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %42 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %43 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %44 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %45 = alloca { ptr, ptr, i64, [3 x i64], [3 x i64] }, align 8
  %46 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %47 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %48 = alloca { i64, ptr }, align 8
  %49 = alloca { i64, ptr }, align 8
  %50 = alloca { i64, ptr }, align 8
  %51 = alloca { i64, ptr }, align 8
  %52 = alloca { i64, ptr }, align 8
  %53 = alloca { i64, ptr }, align 8
  %54 = alloca { i64, ptr }, align 8
  %55 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %56 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %57 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %58 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %59 = alloca { ptr, ptr, i64, [3 x i64], [3 x i64] }, align 8
  %60 = alloca { ptr, ptr, i64, [2 x i64], [2 x i64] }, align 8
  %61 = alloca { ptr, ptr, i64, [1 x i64], [1 x i64] }, align 8
  %62 = tail call dereferenceable_or_null(192) ptr @malloc(i64 192)
  %63 = ptrtoint ptr %62 to i64
  %64 = add i64 %63, 63
  %65 = and i64 %64, -64
  %66 = inttoptr i64 %65 to ptr
  %67 = tail call dereferenceable_or_null(68) ptr @malloc(i64 68)
  %68 = ptrtoint ptr %67 to i64
  %69 = add i64 %68, 63
  %70 = and i64 %69, -64
  %71 = inttoptr i64 %70 to ptr
  call void @llvm.lifetime.start.p0(ptr nonnull %55)
  call void @llvm.lifetime.start.p0(ptr nonnull %56)
  call void @llvm.lifetime.start.p0(ptr nonnull %57)
  call void @llvm.lifetime.start.p0(ptr nonnull %58)
  call void @llvm.lifetime.start.p0(ptr nonnull %59)
  call void @llvm.lifetime.start.p0(ptr nonnull %60)
  call void @llvm.lifetime.start.p0(ptr nonnull %61)
  store ptr inttoptr (i64 3735928559 to ptr), ptr %55, align 8
  %.fca.1.gep62.i = getelementptr inbounds nuw i8, ptr %55, i64 8
  store ptr @mx_record_a362306a36be9d0a, ptr %.fca.1.gep62.i, align 8
  %.fca.2.gep64.i = getelementptr inbounds nuw i8, ptr %55, i64 16
  store i64 0, ptr %.fca.2.gep64.i, align 8
  %.fca.3.0.gep66.i = getelementptr inbounds nuw i8, ptr %55, i64 24
  store i64 34, ptr %.fca.3.0.gep66.i, align 8
  %.fca.4.0.gep68.i = getelementptr inbounds nuw i8, ptr %55, i64 32
  store i64 1, ptr %.fca.4.0.gep68.i, align 8
  store ptr %0, ptr %56, align 8
  %.fca.1.gep48.i = getelementptr inbounds nuw i8, ptr %56, i64 8
  store ptr %1, ptr %.fca.1.gep48.i, align 8
  %.fca.2.gep50.i = getelementptr inbounds nuw i8, ptr %56, i64 16
  store i64 %2, ptr %.fca.2.gep50.i, align 8
  %.fca.3.0.gep52.i = getelementptr inbounds nuw i8, ptr %56, i64 24
  store i64 %3, ptr %.fca.3.0.gep52.i, align 8
  %.fca.3.1.gep54.i = getelementptr inbounds nuw i8, ptr %56, i64 32
  store i64 %4, ptr %.fca.3.1.gep54.i, align 8
  %.fca.4.0.gep56.i = getelementptr inbounds nuw i8, ptr %56, i64 40
  store i64 %5, ptr %.fca.4.0.gep56.i, align 8
  %.fca.4.1.gep58.i = getelementptr inbounds nuw i8, ptr %56, i64 48
  store i64 %6, ptr %.fca.4.1.gep58.i, align 8
  store ptr %15, ptr %57, align 8
  %.fca.1.gep38.i = getelementptr inbounds nuw i8, ptr %57, i64 8
  store ptr %15, ptr %.fca.1.gep38.i, align 8
  %.fca.2.gep40.i = getelementptr inbounds nuw i8, ptr %57, i64 16
  %.fca.4.0.gep44.i = getelementptr inbounds nuw i8, ptr %57, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep40.i, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep44.i, align 8
  store ptr %15, ptr %58, align 8
  %.fca.1.gep28.i = getelementptr inbounds nuw i8, ptr %58, i64 8
  store ptr %15, ptr %.fca.1.gep28.i, align 8
  %.fca.2.gep30.i = getelementptr inbounds nuw i8, ptr %58, i64 16
  %.fca.4.0.gep34.i = getelementptr inbounds nuw i8, ptr %58, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep30.i, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep34.i, align 8
  store ptr %62, ptr %59, align 8
  %.fca.1.gep14.i = getelementptr inbounds nuw i8, ptr %59, i64 8
  store ptr %66, ptr %.fca.1.gep14.i, align 8
  %.fca.2.gep16.i = getelementptr inbounds nuw i8, ptr %59, i64 16
  store i64 0, ptr %.fca.2.gep16.i, align 8
  %.fca.3.0.gep18.i = getelementptr inbounds nuw i8, ptr %59, i64 24
  store i64 2, ptr %.fca.3.0.gep18.i, align 8
  %.fca.3.1.gep20.i = getelementptr inbounds nuw i8, ptr %59, i64 32
  store i64 2, ptr %.fca.3.1.gep20.i, align 8
  %.fca.3.2.gep.i = getelementptr inbounds nuw i8, ptr %59, i64 40
  store i64 32, ptr %.fca.3.2.gep.i, align 8
  %.fca.4.0.gep22.i = getelementptr inbounds nuw i8, ptr %59, i64 48
  store i64 64, ptr %.fca.4.0.gep22.i, align 8
  %.fca.4.1.gep24.i = getelementptr inbounds nuw i8, ptr %59, i64 56
  store i64 32, ptr %.fca.4.1.gep24.i, align 8
  %.fca.4.2.gep.i = getelementptr inbounds nuw i8, ptr %59, i64 64
  store i64 1, ptr %.fca.4.2.gep.i, align 8
  store ptr %67, ptr %60, align 8
  %.fca.1.gep4.i = getelementptr inbounds nuw i8, ptr %60, i64 8
  store ptr %71, ptr %.fca.1.gep4.i, align 8
  %.fca.2.gep6.i = getelementptr inbounds nuw i8, ptr %60, i64 16
  store i64 0, ptr %.fca.2.gep6.i, align 8
  %.fca.3.0.gep8.i = getelementptr inbounds nuw i8, ptr %60, i64 24
  store i64 2, ptr %.fca.3.0.gep8.i, align 8
  %.fca.3.1.gep.i = getelementptr inbounds nuw i8, ptr %60, i64 32
  store i64 2, ptr %.fca.3.1.gep.i, align 8
  %.fca.4.0.gep10.i = getelementptr inbounds nuw i8, ptr %60, i64 40
  store i64 2, ptr %.fca.4.0.gep10.i, align 8
  %.fca.4.1.gep.i = getelementptr inbounds nuw i8, ptr %60, i64 48
  store i64 1, ptr %.fca.4.1.gep.i, align 8
  store ptr %15, ptr %61, align 8
  %.fca.1.gep.i = getelementptr inbounds nuw i8, ptr %61, i64 8
  store ptr %15, ptr %.fca.1.gep.i, align 8
  %.fca.2.gep.i = getelementptr inbounds nuw i8, ptr %61, i64 16
  %.fca.4.0.gep.i = getelementptr inbounds nuw i8, ptr %61, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep.i, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep.i, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %48)
  call void @llvm.lifetime.start.p0(ptr nonnull %49)
  call void @llvm.lifetime.start.p0(ptr nonnull %50)
  call void @llvm.lifetime.start.p0(ptr nonnull %51)
  call void @llvm.lifetime.start.p0(ptr nonnull %52)
  call void @llvm.lifetime.start.p0(ptr nonnull %53)
  call void @llvm.lifetime.start.p0(ptr nonnull %54)
  store i64 1, ptr %48, align 8
  %.fca.1.gep24.i.i = getelementptr inbounds nuw i8, ptr %48, i64 8
  store ptr %55, ptr %.fca.1.gep24.i.i, align 8
  store i64 2, ptr %49, align 8
  %.fca.1.gep20.i.i = getelementptr inbounds nuw i8, ptr %49, i64 8
  store ptr %56, ptr %.fca.1.gep20.i.i, align 8
  store i64 1, ptr %50, align 8
  %.fca.1.gep16.i.i = getelementptr inbounds nuw i8, ptr %50, i64 8
  store ptr %57, ptr %.fca.1.gep16.i.i, align 8
  store i64 1, ptr %51, align 8
  %.fca.1.gep12.i.i = getelementptr inbounds nuw i8, ptr %51, i64 8
  store ptr %58, ptr %.fca.1.gep12.i.i, align 8
  store i64 3, ptr %52, align 8
  %.fca.1.gep8.i.i = getelementptr inbounds nuw i8, ptr %52, i64 8
  store ptr %59, ptr %.fca.1.gep8.i.i, align 8
  store i64 2, ptr %53, align 8
  %.fca.1.gep4.i.i = getelementptr inbounds nuw i8, ptr %53, i64 8
  store ptr %60, ptr %.fca.1.gep4.i.i, align 8
  store i64 1, ptr %54, align 8
  %.fca.1.gep.i.i = getelementptr inbounds nuw i8, ptr %54, i64 8
  store ptr %61, ptr %.fca.1.gep.i.i, align 8
  call void @_mlir_ciface_mx_runtime_quantize_f32_s8(ptr nonnull %48, ptr nonnull %49, ptr nonnull %50, i64 0, ptr nonnull %51, ptr nonnull %52, ptr nonnull %53, ptr nonnull %54)
  call void @llvm.lifetime.end.p0(ptr nonnull %48)
  call void @llvm.lifetime.end.p0(ptr nonnull %49)
  call void @llvm.lifetime.end.p0(ptr nonnull %50)
  call void @llvm.lifetime.end.p0(ptr nonnull %51)
  call void @llvm.lifetime.end.p0(ptr nonnull %52)
  call void @llvm.lifetime.end.p0(ptr nonnull %53)
  call void @llvm.lifetime.end.p0(ptr nonnull %54)
  call void @llvm.lifetime.end.p0(ptr nonnull %55)
  call void @llvm.lifetime.end.p0(ptr nonnull %56)
  call void @llvm.lifetime.end.p0(ptr nonnull %57)
  call void @llvm.lifetime.end.p0(ptr nonnull %58)
  call void @llvm.lifetime.end.p0(ptr nonnull %59)
  call void @llvm.lifetime.end.p0(ptr nonnull %60)
  call void @llvm.lifetime.end.p0(ptr nonnull %61)
  %72 = call dereferenceable_or_null(256) ptr @malloc(i64 256)
  %73 = ptrtoint ptr %72 to i64
  %74 = add i64 %73, 63
  %75 = and i64 %74, -64
  %76 = inttoptr i64 %75 to ptr
  %77 = call dereferenceable_or_null(70) ptr @malloc(i64 70)
  %78 = ptrtoint ptr %77 to i64
  %79 = add i64 %78, 63
  %80 = and i64 %79, -64
  %81 = inttoptr i64 %80 to ptr
  call void @llvm.lifetime.start.p0(ptr nonnull %41)
  call void @llvm.lifetime.start.p0(ptr nonnull %42)
  call void @llvm.lifetime.start.p0(ptr nonnull %43)
  call void @llvm.lifetime.start.p0(ptr nonnull %44)
  call void @llvm.lifetime.start.p0(ptr nonnull %45)
  call void @llvm.lifetime.start.p0(ptr nonnull %46)
  call void @llvm.lifetime.start.p0(ptr nonnull %47)
  store ptr inttoptr (i64 3735928559 to ptr), ptr %41, align 8
  %.fca.1.gep62.i1 = getelementptr inbounds nuw i8, ptr %41, i64 8
  store ptr @mx_record_daacc94407448b1b, ptr %.fca.1.gep62.i1, align 8
  %.fca.2.gep64.i2 = getelementptr inbounds nuw i8, ptr %41, i64 16
  store i64 0, ptr %.fca.2.gep64.i2, align 8
  %.fca.3.0.gep66.i3 = getelementptr inbounds nuw i8, ptr %41, i64 24
  store i64 34, ptr %.fca.3.0.gep66.i3, align 8
  %.fca.4.0.gep68.i4 = getelementptr inbounds nuw i8, ptr %41, i64 32
  store i64 1, ptr %.fca.4.0.gep68.i4, align 8
  store ptr %7, ptr %42, align 8
  %.fca.1.gep48.i5 = getelementptr inbounds nuw i8, ptr %42, i64 8
  store ptr %8, ptr %.fca.1.gep48.i5, align 8
  %.fca.2.gep50.i6 = getelementptr inbounds nuw i8, ptr %42, i64 16
  store i64 %9, ptr %.fca.2.gep50.i6, align 8
  %.fca.3.0.gep52.i7 = getelementptr inbounds nuw i8, ptr %42, i64 24
  store i64 %10, ptr %.fca.3.0.gep52.i7, align 8
  %.fca.3.1.gep54.i8 = getelementptr inbounds nuw i8, ptr %42, i64 32
  store i64 %11, ptr %.fca.3.1.gep54.i8, align 8
  %.fca.4.0.gep56.i9 = getelementptr inbounds nuw i8, ptr %42, i64 40
  store i64 %12, ptr %.fca.4.0.gep56.i9, align 8
  %.fca.4.1.gep58.i10 = getelementptr inbounds nuw i8, ptr %42, i64 48
  store i64 %13, ptr %.fca.4.1.gep58.i10, align 8
  store ptr %15, ptr %43, align 8
  %.fca.1.gep38.i11 = getelementptr inbounds nuw i8, ptr %43, i64 8
  store ptr %15, ptr %.fca.1.gep38.i11, align 8
  %.fca.2.gep40.i12 = getelementptr inbounds nuw i8, ptr %43, i64 16
  %.fca.4.0.gep44.i13 = getelementptr inbounds nuw i8, ptr %43, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep40.i12, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep44.i13, align 8
  store ptr %15, ptr %44, align 8
  %.fca.1.gep28.i14 = getelementptr inbounds nuw i8, ptr %44, i64 8
  store ptr %15, ptr %.fca.1.gep28.i14, align 8
  %.fca.2.gep30.i15 = getelementptr inbounds nuw i8, ptr %44, i64 16
  %.fca.4.0.gep34.i16 = getelementptr inbounds nuw i8, ptr %44, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep30.i15, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep34.i16, align 8
  store ptr %72, ptr %45, align 8
  %.fca.1.gep14.i17 = getelementptr inbounds nuw i8, ptr %45, i64 8
  store ptr %76, ptr %.fca.1.gep14.i17, align 8
  %.fca.2.gep16.i18 = getelementptr inbounds nuw i8, ptr %45, i64 16
  store i64 0, ptr %.fca.2.gep16.i18, align 8
  %.fca.3.0.gep18.i19 = getelementptr inbounds nuw i8, ptr %45, i64 24
  store i64 3, ptr %.fca.3.0.gep18.i19, align 8
  %.fca.3.1.gep20.i20 = getelementptr inbounds nuw i8, ptr %45, i64 32
  store i64 2, ptr %.fca.3.1.gep20.i20, align 8
  %.fca.3.2.gep.i21 = getelementptr inbounds nuw i8, ptr %45, i64 40
  store i64 32, ptr %.fca.3.2.gep.i21, align 8
  %.fca.4.0.gep22.i22 = getelementptr inbounds nuw i8, ptr %45, i64 48
  store i64 64, ptr %.fca.4.0.gep22.i22, align 8
  %.fca.4.1.gep24.i23 = getelementptr inbounds nuw i8, ptr %45, i64 56
  store i64 32, ptr %.fca.4.1.gep24.i23, align 8
  %.fca.4.2.gep.i24 = getelementptr inbounds nuw i8, ptr %45, i64 64
  store i64 1, ptr %.fca.4.2.gep.i24, align 8
  store ptr %77, ptr %46, align 8
  %.fca.1.gep4.i25 = getelementptr inbounds nuw i8, ptr %46, i64 8
  store ptr %81, ptr %.fca.1.gep4.i25, align 8
  %.fca.2.gep6.i26 = getelementptr inbounds nuw i8, ptr %46, i64 16
  store i64 0, ptr %.fca.2.gep6.i26, align 8
  %.fca.3.0.gep8.i27 = getelementptr inbounds nuw i8, ptr %46, i64 24
  store i64 3, ptr %.fca.3.0.gep8.i27, align 8
  %.fca.3.1.gep.i28 = getelementptr inbounds nuw i8, ptr %46, i64 32
  store i64 2, ptr %.fca.3.1.gep.i28, align 8
  %.fca.4.0.gep10.i29 = getelementptr inbounds nuw i8, ptr %46, i64 40
  store i64 2, ptr %.fca.4.0.gep10.i29, align 8
  %.fca.4.1.gep.i30 = getelementptr inbounds nuw i8, ptr %46, i64 48
  store i64 1, ptr %.fca.4.1.gep.i30, align 8
  store ptr %15, ptr %47, align 8
  %.fca.1.gep.i31 = getelementptr inbounds nuw i8, ptr %47, i64 8
  store ptr %15, ptr %.fca.1.gep.i31, align 8
  %.fca.2.gep.i32 = getelementptr inbounds nuw i8, ptr %47, i64 16
  %.fca.4.0.gep.i33 = getelementptr inbounds nuw i8, ptr %47, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep.i32, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep.i33, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %34)
  call void @llvm.lifetime.start.p0(ptr nonnull %35)
  call void @llvm.lifetime.start.p0(ptr nonnull %36)
  call void @llvm.lifetime.start.p0(ptr nonnull %37)
  call void @llvm.lifetime.start.p0(ptr nonnull %38)
  call void @llvm.lifetime.start.p0(ptr nonnull %39)
  call void @llvm.lifetime.start.p0(ptr nonnull %40)
  store i64 1, ptr %34, align 8
  %.fca.1.gep24.i.i34 = getelementptr inbounds nuw i8, ptr %34, i64 8
  store ptr %41, ptr %.fca.1.gep24.i.i34, align 8
  store i64 2, ptr %35, align 8
  %.fca.1.gep20.i.i35 = getelementptr inbounds nuw i8, ptr %35, i64 8
  store ptr %42, ptr %.fca.1.gep20.i.i35, align 8
  store i64 1, ptr %36, align 8
  %.fca.1.gep16.i.i36 = getelementptr inbounds nuw i8, ptr %36, i64 8
  store ptr %43, ptr %.fca.1.gep16.i.i36, align 8
  store i64 1, ptr %37, align 8
  %.fca.1.gep12.i.i37 = getelementptr inbounds nuw i8, ptr %37, i64 8
  store ptr %44, ptr %.fca.1.gep12.i.i37, align 8
  store i64 3, ptr %38, align 8
  %.fca.1.gep8.i.i38 = getelementptr inbounds nuw i8, ptr %38, i64 8
  store ptr %45, ptr %.fca.1.gep8.i.i38, align 8
  store i64 2, ptr %39, align 8
  %.fca.1.gep4.i.i39 = getelementptr inbounds nuw i8, ptr %39, i64 8
  store ptr %46, ptr %.fca.1.gep4.i.i39, align 8
  store i64 1, ptr %40, align 8
  %.fca.1.gep.i.i40 = getelementptr inbounds nuw i8, ptr %40, i64 8
  store ptr %47, ptr %.fca.1.gep.i.i40, align 8
  call void @_mlir_ciface_mx_runtime_quantize_f32_s8(ptr nonnull %34, ptr nonnull %35, ptr nonnull %36, i64 0, ptr nonnull %37, ptr nonnull %38, ptr nonnull %39, ptr nonnull %40)
  call void @llvm.lifetime.end.p0(ptr nonnull %34)
  call void @llvm.lifetime.end.p0(ptr nonnull %35)
  call void @llvm.lifetime.end.p0(ptr nonnull %36)
  call void @llvm.lifetime.end.p0(ptr nonnull %37)
  call void @llvm.lifetime.end.p0(ptr nonnull %38)
  call void @llvm.lifetime.end.p0(ptr nonnull %39)
  call void @llvm.lifetime.end.p0(ptr nonnull %40)
  call void @llvm.lifetime.end.p0(ptr nonnull %41)
  call void @llvm.lifetime.end.p0(ptr nonnull %42)
  call void @llvm.lifetime.end.p0(ptr nonnull %43)
  call void @llvm.lifetime.end.p0(ptr nonnull %44)
  call void @llvm.lifetime.end.p0(ptr nonnull %45)
  call void @llvm.lifetime.end.p0(ptr nonnull %46)
  call void @llvm.lifetime.end.p0(ptr nonnull %47)
  %82 = call dereferenceable_or_null(88) ptr @malloc(i64 88)
  %83 = ptrtoint ptr %82 to i64
  %84 = add i64 %83, 63
  %85 = and i64 %84, -64
  %86 = inttoptr i64 %85 to ptr
  %87 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } poison, ptr %82, 0
  %88 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %87, ptr %86, 1
  %89 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %88, i64 0, 2
  %90 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %89, i64 2, 3, 0
  %91 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %90, i64 3, 3, 1
  %92 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %91, i64 3, 4, 0
  %93 = insertvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %92, i64 1, 4, 1
  call void @llvm.lifetime.start.p0(ptr nonnull %25)
  call void @llvm.lifetime.start.p0(ptr nonnull %26)
  call void @llvm.lifetime.start.p0(ptr nonnull %27)
  call void @llvm.lifetime.start.p0(ptr nonnull %28)
  call void @llvm.lifetime.start.p0(ptr nonnull %29)
  call void @llvm.lifetime.start.p0(ptr nonnull %30)
  call void @llvm.lifetime.start.p0(ptr nonnull %31)
  call void @llvm.lifetime.start.p0(ptr nonnull %32)
  call void @llvm.lifetime.start.p0(ptr nonnull %33)
  store ptr inttoptr (i64 3735928559 to ptr), ptr %25, align 8
  %.fca.1.gep94.i = getelementptr inbounds nuw i8, ptr %25, i64 8
  store ptr @mx_record_2246e0c95e8c8ee2, ptr %.fca.1.gep94.i, align 8
  %.fca.2.gep96.i = getelementptr inbounds nuw i8, ptr %25, i64 16
  store i64 0, ptr %.fca.2.gep96.i, align 8
  %.fca.3.0.gep98.i = getelementptr inbounds nuw i8, ptr %25, i64 24
  store i64 14, ptr %.fca.3.0.gep98.i, align 8
  %.fca.4.0.gep100.i = getelementptr inbounds nuw i8, ptr %25, i64 32
  store i64 1, ptr %.fca.4.0.gep100.i, align 8
  store ptr %62, ptr %26, align 8
  %.fca.1.gep76.i = getelementptr inbounds nuw i8, ptr %26, i64 8
  store ptr %66, ptr %.fca.1.gep76.i, align 8
  %.fca.2.gep78.i = getelementptr inbounds nuw i8, ptr %26, i64 16
  store i64 0, ptr %.fca.2.gep78.i, align 8
  %.fca.3.0.gep80.i = getelementptr inbounds nuw i8, ptr %26, i64 24
  store i64 2, ptr %.fca.3.0.gep80.i, align 8
  %.fca.3.1.gep82.i = getelementptr inbounds nuw i8, ptr %26, i64 32
  store i64 2, ptr %.fca.3.1.gep82.i, align 8
  %.fca.3.2.gep84.i = getelementptr inbounds nuw i8, ptr %26, i64 40
  store i64 32, ptr %.fca.3.2.gep84.i, align 8
  %.fca.4.0.gep86.i = getelementptr inbounds nuw i8, ptr %26, i64 48
  store i64 64, ptr %.fca.4.0.gep86.i, align 8
  %.fca.4.1.gep88.i = getelementptr inbounds nuw i8, ptr %26, i64 56
  store i64 32, ptr %.fca.4.1.gep88.i, align 8
  %.fca.4.2.gep90.i = getelementptr inbounds nuw i8, ptr %26, i64 64
  store i64 1, ptr %.fca.4.2.gep90.i, align 8
  store ptr %67, ptr %27, align 8
  %.fca.1.gep62.i41 = getelementptr inbounds nuw i8, ptr %27, i64 8
  store ptr %71, ptr %.fca.1.gep62.i41, align 8
  %.fca.2.gep64.i42 = getelementptr inbounds nuw i8, ptr %27, i64 16
  store i64 0, ptr %.fca.2.gep64.i42, align 8
  %.fca.3.0.gep66.i43 = getelementptr inbounds nuw i8, ptr %27, i64 24
  store i64 2, ptr %.fca.3.0.gep66.i43, align 8
  %.fca.3.1.gep68.i = getelementptr inbounds nuw i8, ptr %27, i64 32
  store i64 2, ptr %.fca.3.1.gep68.i, align 8
  %.fca.4.0.gep70.i = getelementptr inbounds nuw i8, ptr %27, i64 40
  store i64 2, ptr %.fca.4.0.gep70.i, align 8
  %.fca.4.1.gep72.i = getelementptr inbounds nuw i8, ptr %27, i64 48
  store i64 1, ptr %.fca.4.1.gep72.i, align 8
  store ptr %15, ptr %28, align 8
  %.fca.1.gep52.i = getelementptr inbounds nuw i8, ptr %28, i64 8
  store ptr %15, ptr %.fca.1.gep52.i, align 8
  %.fca.2.gep54.i = getelementptr inbounds nuw i8, ptr %28, i64 16
  %.fca.4.0.gep58.i = getelementptr inbounds nuw i8, ptr %28, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep54.i, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep58.i, align 8
  store ptr %72, ptr %29, align 8
  %.fca.1.gep38.i44 = getelementptr inbounds nuw i8, ptr %29, i64 8
  store ptr %76, ptr %.fca.1.gep38.i44, align 8
  %.fca.2.gep40.i45 = getelementptr inbounds nuw i8, ptr %29, i64 16
  store i64 0, ptr %.fca.2.gep40.i45, align 8
  %.fca.3.0.gep42.i = getelementptr inbounds nuw i8, ptr %29, i64 24
  store i64 3, ptr %.fca.3.0.gep42.i, align 8
  %.fca.3.1.gep44.i = getelementptr inbounds nuw i8, ptr %29, i64 32
  store i64 2, ptr %.fca.3.1.gep44.i, align 8
  %.fca.3.2.gep.i46 = getelementptr inbounds nuw i8, ptr %29, i64 40
  store i64 32, ptr %.fca.3.2.gep.i46, align 8
  %.fca.4.0.gep46.i = getelementptr inbounds nuw i8, ptr %29, i64 48
  store i64 64, ptr %.fca.4.0.gep46.i, align 8
  %.fca.4.1.gep48.i = getelementptr inbounds nuw i8, ptr %29, i64 56
  store i64 32, ptr %.fca.4.1.gep48.i, align 8
  %.fca.4.2.gep.i47 = getelementptr inbounds nuw i8, ptr %29, i64 64
  store i64 1, ptr %.fca.4.2.gep.i47, align 8
  store ptr %77, ptr %30, align 8
  %.fca.1.gep24.i = getelementptr inbounds nuw i8, ptr %30, i64 8
  store ptr %81, ptr %.fca.1.gep24.i, align 8
  %.fca.2.gep26.i = getelementptr inbounds nuw i8, ptr %30, i64 16
  store i64 0, ptr %.fca.2.gep26.i, align 8
  %.fca.3.0.gep28.i = getelementptr inbounds nuw i8, ptr %30, i64 24
  store i64 3, ptr %.fca.3.0.gep28.i, align 8
  %.fca.3.1.gep30.i = getelementptr inbounds nuw i8, ptr %30, i64 32
  store i64 2, ptr %.fca.3.1.gep30.i, align 8
  %.fca.4.0.gep32.i = getelementptr inbounds nuw i8, ptr %30, i64 40
  store i64 2, ptr %.fca.4.0.gep32.i, align 8
  %.fca.4.1.gep34.i = getelementptr inbounds nuw i8, ptr %30, i64 48
  store i64 1, ptr %.fca.4.1.gep34.i, align 8
  store ptr %15, ptr %31, align 8
  %.fca.1.gep14.i48 = getelementptr inbounds nuw i8, ptr %31, i64 8
  store ptr %15, ptr %.fca.1.gep14.i48, align 8
  %.fca.2.gep16.i49 = getelementptr inbounds nuw i8, ptr %31, i64 16
  %.fca.4.0.gep20.i = getelementptr inbounds nuw i8, ptr %31, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep16.i49, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep20.i, align 8
  store ptr %15, ptr %32, align 8
  %.fca.1.gep4.i50 = getelementptr inbounds nuw i8, ptr %32, i64 8
  store ptr %15, ptr %.fca.1.gep4.i50, align 8
  %.fca.2.gep6.i51 = getelementptr inbounds nuw i8, ptr %32, i64 16
  %.fca.4.0.gep10.i52 = getelementptr inbounds nuw i8, ptr %32, i64 32
  call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %.fca.2.gep6.i51, i8 0, i64 16, i1 false)
  store i64 1, ptr %.fca.4.0.gep10.i52, align 8
  store ptr %82, ptr %33, align 8
  %.fca.1.gep.i53 = getelementptr inbounds nuw i8, ptr %33, i64 8
  store ptr %86, ptr %.fca.1.gep.i53, align 8
  %.fca.2.gep.i54 = getelementptr inbounds nuw i8, ptr %33, i64 16
  store i64 0, ptr %.fca.2.gep.i54, align 8
  %.fca.3.0.gep.i = getelementptr inbounds nuw i8, ptr %33, i64 24
  store i64 2, ptr %.fca.3.0.gep.i, align 8
  %.fca.3.1.gep.i55 = getelementptr inbounds nuw i8, ptr %33, i64 32
  store i64 3, ptr %.fca.3.1.gep.i55, align 8
  %.fca.4.0.gep.i56 = getelementptr inbounds nuw i8, ptr %33, i64 40
  store i64 3, ptr %.fca.4.0.gep.i56, align 8
  %.fca.4.1.gep.i57 = getelementptr inbounds nuw i8, ptr %33, i64 48
  store i64 1, ptr %.fca.4.1.gep.i57, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %16)
  call void @llvm.lifetime.start.p0(ptr nonnull %17)
  call void @llvm.lifetime.start.p0(ptr nonnull %18)
  call void @llvm.lifetime.start.p0(ptr nonnull %19)
  call void @llvm.lifetime.start.p0(ptr nonnull %20)
  call void @llvm.lifetime.start.p0(ptr nonnull %21)
  call void @llvm.lifetime.start.p0(ptr nonnull %22)
  call void @llvm.lifetime.start.p0(ptr nonnull %23)
  call void @llvm.lifetime.start.p0(ptr nonnull %24)
  store i64 1, ptr %16, align 8
  %.fca.1.gep32.i.i = getelementptr inbounds nuw i8, ptr %16, i64 8
  store ptr %25, ptr %.fca.1.gep32.i.i, align 8
  store i64 3, ptr %17, align 8
  %.fca.1.gep28.i.i = getelementptr inbounds nuw i8, ptr %17, i64 8
  store ptr %26, ptr %.fca.1.gep28.i.i, align 8
  store i64 2, ptr %18, align 8
  %.fca.1.gep24.i.i58 = getelementptr inbounds nuw i8, ptr %18, i64 8
  store ptr %27, ptr %.fca.1.gep24.i.i58, align 8
  store i64 1, ptr %19, align 8
  %.fca.1.gep20.i.i59 = getelementptr inbounds nuw i8, ptr %19, i64 8
  store ptr %28, ptr %.fca.1.gep20.i.i59, align 8
  store i64 3, ptr %20, align 8
  %.fca.1.gep16.i.i60 = getelementptr inbounds nuw i8, ptr %20, i64 8
  store ptr %29, ptr %.fca.1.gep16.i.i60, align 8
  store i64 2, ptr %21, align 8
  %.fca.1.gep12.i.i61 = getelementptr inbounds nuw i8, ptr %21, i64 8
  store ptr %30, ptr %.fca.1.gep12.i.i61, align 8
  store i64 1, ptr %22, align 8
  %.fca.1.gep8.i.i62 = getelementptr inbounds nuw i8, ptr %22, i64 8
  store ptr %31, ptr %.fca.1.gep8.i.i62, align 8
  store i64 1, ptr %23, align 8
  %.fca.1.gep4.i.i63 = getelementptr inbounds nuw i8, ptr %23, i64 8
  store ptr %32, ptr %.fca.1.gep4.i.i63, align 8
  store i64 2, ptr %24, align 8
  %.fca.1.gep.i.i64 = getelementptr inbounds nuw i8, ptr %24, i64 8
  store ptr %33, ptr %.fca.1.gep.i.i64, align 8
  call void @_mlir_ciface_mx_runtime_matmul_s8_s8_f32(ptr nonnull %16, ptr nonnull %17, ptr nonnull %18, ptr nonnull %19, ptr nonnull %20, ptr nonnull %21, ptr nonnull %22, ptr nonnull %23, ptr nonnull %24)
  call void @llvm.lifetime.end.p0(ptr nonnull %16)
  call void @llvm.lifetime.end.p0(ptr nonnull %17)
  call void @llvm.lifetime.end.p0(ptr nonnull %18)
  call void @llvm.lifetime.end.p0(ptr nonnull %19)
  call void @llvm.lifetime.end.p0(ptr nonnull %20)
  call void @llvm.lifetime.end.p0(ptr nonnull %21)
  call void @llvm.lifetime.end.p0(ptr nonnull %22)
  call void @llvm.lifetime.end.p0(ptr nonnull %23)
  call void @llvm.lifetime.end.p0(ptr nonnull %24)
  call void @llvm.lifetime.end.p0(ptr nonnull %25)
  call void @llvm.lifetime.end.p0(ptr nonnull %26)
  call void @llvm.lifetime.end.p0(ptr nonnull %27)
  call void @llvm.lifetime.end.p0(ptr nonnull %28)
  call void @llvm.lifetime.end.p0(ptr nonnull %29)
  call void @llvm.lifetime.end.p0(ptr nonnull %30)
  call void @llvm.lifetime.end.p0(ptr nonnull %31)
  call void @llvm.lifetime.end.p0(ptr nonnull %32)
  call void @llvm.lifetime.end.p0(ptr nonnull %33)
  call void @free(ptr %62)
  call void @free(ptr %67)
  call void @free(ptr %72)
  call void @free(ptr %77)
  ret { ptr, ptr, i64, [2 x i64], [2 x i64] } %93
}

define void @_mlir_ciface_product(ptr writeonly captures(none) initializes((0, 56)) %0, ptr readonly captures(none) %1, ptr readonly captures(none) %2) local_unnamed_addr {
  %.unpack = load ptr, ptr %1, align 8
  %.elt1 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %.unpack2 = load ptr, ptr %.elt1, align 8
  %.elt3 = getelementptr inbounds nuw i8, ptr %1, i64 16
  %.unpack4 = load i64, ptr %.elt3, align 8
  %.elt5 = getelementptr inbounds nuw i8, ptr %1, i64 24
  %.unpack6.unpack = load i64, ptr %.elt5, align 8
  %.unpack6.elt9 = getelementptr inbounds nuw i8, ptr %1, i64 32
  %.unpack6.unpack10 = load i64, ptr %.unpack6.elt9, align 8
  %.elt7 = getelementptr inbounds nuw i8, ptr %1, i64 40
  %.unpack8.unpack = load i64, ptr %.elt7, align 8
  %.unpack8.elt12 = getelementptr inbounds nuw i8, ptr %1, i64 48
  %.unpack8.unpack13 = load i64, ptr %.unpack8.elt12, align 8
  %.unpack15 = load ptr, ptr %2, align 8
  %.elt16 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %.unpack17 = load ptr, ptr %.elt16, align 8
  %.elt18 = getelementptr inbounds nuw i8, ptr %2, i64 16
  %.unpack19 = load i64, ptr %.elt18, align 8
  %.elt20 = getelementptr inbounds nuw i8, ptr %2, i64 24
  %.unpack21.unpack = load i64, ptr %.elt20, align 8
  %.unpack21.elt24 = getelementptr inbounds nuw i8, ptr %2, i64 32
  %.unpack21.unpack25 = load i64, ptr %.unpack21.elt24, align 8
  %.elt22 = getelementptr inbounds nuw i8, ptr %2, i64 40
  %.unpack23.unpack = load i64, ptr %.elt22, align 8
  %.unpack23.elt27 = getelementptr inbounds nuw i8, ptr %2, i64 48
  %.unpack23.unpack28 = load i64, ptr %.unpack23.elt27, align 8
  %4 = tail call { ptr, ptr, i64, [2 x i64], [2 x i64] } @product(ptr %.unpack, ptr %.unpack2, i64 %.unpack4, i64 %.unpack6.unpack, i64 %.unpack6.unpack10, i64 %.unpack8.unpack, i64 %.unpack8.unpack13, ptr %.unpack15, ptr %.unpack17, i64 %.unpack19, i64 %.unpack21.unpack, i64 %.unpack21.unpack25, i64 %.unpack23.unpack, i64 %.unpack23.unpack28)
  %.elt = extractvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %4, 0
  store ptr %.elt, ptr %0, align 8
  %.repack30 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %.elt31 = extractvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %4, 1
  store ptr %.elt31, ptr %.repack30, align 8
  %.repack32 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %.elt33 = extractvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %4, 2
  store i64 %.elt33, ptr %.repack32, align 8
  %.repack34 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %.elt35 = extractvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %4, 3
  %.elt35.elt = extractvalue [2 x i64] %.elt35, 0
  store i64 %.elt35.elt, ptr %.repack34, align 8
  %.repack34.repack38 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %.elt35.elt39 = extractvalue [2 x i64] %.elt35, 1
  store i64 %.elt35.elt39, ptr %.repack34.repack38, align 8
  %.repack36 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %.elt37 = extractvalue { ptr, ptr, i64, [2 x i64], [2 x i64] } %4, 4
  %.elt37.elt = extractvalue [2 x i64] %.elt37, 0
  store i64 %.elt37.elt, ptr %.repack36, align 8
  %.repack36.repack40 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %.elt37.elt41 = extractvalue [2 x i64] %.elt37, 1
  store i64 %.elt37.elt41, ptr %.repack36.repack40, align 8
  ret void
}

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #2

; Function Attrs: nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #2

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #3

attributes #0 = { mustprogress nounwind willreturn allockind("free") memory(argmem: readwrite, inaccessiblemem: readwrite) "alloc-family"="malloc" }
attributes #1 = { mustprogress nofree nounwind willreturn allockind("alloc,uninitialized") allocsize(0) memory(inaccessiblemem: readwrite) "alloc-family"="malloc" }
attributes #2 = { nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #3 = { nocallback nofree nounwind willreturn memory(argmem: write) }

!llvm.module.flags = !{!0}

!0 = !{i32 2, !"Debug Info Version", i32 3}
